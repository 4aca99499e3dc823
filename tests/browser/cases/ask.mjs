// The support agent: asks what the partner told them, and is held to the first answer.

import assert from "node:assert/strict";
import { note } from "./table.mjs";

/** Asks `company` the `question`, and answers the investigation with the seconds it took. */
export async function ask(company, question) {
  const began = performance.now();
  const answer = await company.api("POST", "/investigations", { around: Math.round(company.now()), ...question });
  return { ...answer, seconds: (performance.now() - began) / 1000 };
}

/** Asks, and expects this cause first with this certainty, and these rivals named with it. */
export async function expect(company, { name, engine, question, cause, certainty, rivals = [] }) {
  const answer = await ask(company, question);
  const [first] = answer.verdicts;
  note({
    case: name,
    engine,
    cause: first.cause,
    certainty: first.certainty,
    rivals: (first.rivals ?? []).join(" "),
    seconds: answer.seconds.toFixed(3),
  });
  const told = JSON.stringify({ question, verdicts: answer.verdicts, ruled_out: answer.ruled_out, timeline: answer.timeline }, null, 1);
  assert.equal(first.cause, cause, told);
  assert.equal(first.certainty, certainty, told);
  for (const rival of rivals) assert.ok(first.rivals.includes(rival), `${rival} is no rival: ${told}`);
  assert.ok(first.because.length > 0, told);
  return answer;
}
