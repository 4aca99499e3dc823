// Programs that a test starts: each in a process group of its own, with its output in a file, ended with all its children.

import { spawn } from "node:child_process";
import fs from "node:fs";

/** Starts `program`; what it says goes to `log`. `extra` are further open files of the child. */
export function start(program, args, { log, env = {}, extra = [] }) {
  const out = fs.openSync(log, "a");
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", out, out, ...extra],
    env: { ...process.env, ...env },
  });
  fs.closeSync(out);
  const ended = new Promise((done) => {
    child.on("exit", done);
    child.on("error", (error) => {
      fs.appendFileSync(log, `${program}: ${error.message}\n`);
      done();
    });
  });
  const signal = (name) => {
    try {
      if (child.pid) process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  };
  /** Asks it to end, and ends it and its children after `patience` ms if it does not. */
  const end = async (patience = 5_000) => {
    signal("SIGTERM");
    const killer = setTimeout(() => signal("SIGKILL"), patience);
    await ended;
    clearTimeout(killer);
    signal("SIGKILL");
  };
  const words = () => fs.readFileSync(log, "utf8").split("\n").slice(-15).join("\n");
  return { child, ended, end, words, running: () => child.exitCode === null && child.signalCode === null };
}

/** `promise`, or an error that says what took longer than `ms`. */
export async function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} took longer than ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
