// A clock for the server that a test can move: libfaketime, told by a file how far the present lies from the real one.
// Timers keep the real time.

import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const DAY_MS = 86_400_000;

/** The library, where Debian puts it on this architecture. */
function library() {
  const root = "/usr/lib";
  const at = fs.readdirSync(root).map((one) => path.join(root, one, "faketime/libfaketimeMT.so.1"));
  const found = at.find((one) => fs.existsSync(one));
  if (!found) throw new Error("libfaketime is missing: apt-get install libfaketime");
  return found;
}

/** A clock that stands `days` from the present. `env` is what a program needs to go by it. */
export function clock(days) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "whence-clock-")), "offset");
  const set = (to) => {
    days = to;
    // In one step: the program reads it at any moment.
    fs.writeFileSync(`${file}.new`, `${to < 0 ? "" : "+"}${to * 86_400}\n`);
    fs.renameSync(`${file}.new`, file);
  };
  set(days);
  return {
    env: { LD_PRELOAD: library(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: "1", DONT_FAKE_MONOTONIC: "1" },
    set,
    now: () => Date.now() + days * DAY_MS,
  };
}
