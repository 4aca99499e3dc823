// The support agent: asks what the partner told them, and is held to the first answer.

import assert from "node:assert/strict";
import { note } from "./table.mjs";

/** Asks `company` the `question`, and answers the investigation with the seconds it took. */
export async function ask(company, question) {
  const began = performance.now();
  const answer = await company.api("POST", "/investigations", { around: Math.round(company.now()), ...question });
  return { ...answer, seconds: (performance.now() - began) / 1000 };
}

/** The first answer as a row of the table; and everything, for whoever reads why it is another one. */
function noted(company, { name, engine, question }, answer) {
  const [{ cause, certainty, rivals = [] }] = answer.verdicts;
  note({ case: name, engine, cause, certainty, rivals: rivals.join(" "), seconds: answer.seconds.toFixed(3) });
  const { verdicts, ruled_out, timeline } = answer;
  return JSON.stringify({ question, verdicts, ruled_out, timeline }, null, 1);
}

/** Asks, and expects this cause first with this certainty, and these rivals named with it. */
export async function expect(company, asked) {
  const answer = await ask(company, asked.question);
  const told = noted(company, asked, answer);
  const [first] = answer.verdicts;
  assert.equal(first.cause, asked.cause, told);
  assert.equal(first.certainty, asked.certainty, told);
  for (const rival of asked.rivals ?? []) assert.ok(first.rivals.includes(rival), `${rival} is no rival: ${told}`);
  assert.ok(first.because.length > 0, told);
  return answer;
}

/** Asks, and expects that nothing was lost. */
export async function expectTracked(company, asked) {
  const answer = await ask(company, asked.question);
  const told = noted(company, asked, answer);
  assert.match(answer.verdicts[0].cause, /^tracked/, told);
  assert.equal(answer.verdicts[0].certainty, "determined", told);
}
