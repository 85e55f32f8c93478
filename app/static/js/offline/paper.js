// A quiz that was taken along: its paper, what is chosen in it, and the time since its ticket by this device's own count.
import * as store from "./store.js";

const name = (attempt) => `paper/${attempt}`;

/** Keeps the paper that came with a ticket, and where its clock stands. */
export async function keep(me, paper) {
  const held = await store.take(me, name(paper.attempt));
  const elapsed = Math.max(paper.elapsed, held?.clock?.elapsed ?? 0);
  const questions = paper.questions.map((each, at) => ({ ...held?.questions[at], ...each }));
  await store.put(me, name(paper.attempt), { ...paper, questions, clock: { elapsed, wall: Date.now() } });
}

export const find = (me, attempt) => store.take(me, name(attempt));

/** The paper of a module's quiz that is not handed in yet. */
export async function ofModule(me, module) {
  const all = await Promise.all((await store.names(me, "paper/")).map((each) => store.take(me, each)));
  const open = await Promise.all(all.map(async (paper) => paper?.module === module && !(await isHandedIn(me, paper)) && paper));
  return open.filter(Boolean).at(-1);
}

const of = (operations, paper, kind) => operations.filter(({ body }) => body.kind === kind && body.attempt === paper.attempt);

export async function isHandedIn(me, paper) {
  return of(await store.operations(me), paper, "hand_in").some((each) => each.state !== "refused");
}

/** What stands at each place: `{chosen, flagged, state}`; the last choice counts, whatever became of it meanwhile. */
export async function standing(me, paper) {
  const found = {};
  for (const { place, chosen, flagged } of paper.questions) found[place] = { chosen, flagged, state: chosen.length ? "confirmed" : "" };
  const mine = of(await store.operations(me), paper, "answer").filter((each) => each.state !== "refused");
  for (const { body, state } of mine.sort((one, other) => one.body.seq - other.body.seq)) {
    found[body.place] = { chosen: body.chosen, flagged: body.flagged, state };
  }
  return found;
}

// Time only goes forward here: a wall clock put back adds nothing and takes nothing away.
async function tick(me, paper) {
  const held = await find(me, paper.attempt);
  const elapsed = held.clock.elapsed + Math.max(0, Date.now() - held.clock.wall);
  await store.put(me, name(paper.attempt), { ...held, clock: { elapsed, wall: Date.now() } });
  return Math.round(elapsed);
}

async function newest(me, paper) {
  return Math.max(paper.seq, ...of(await store.operations(me), paper, "answer").map((each) => each.body.seq));
}

/** Keeps a choice; `given` may carry the op_id and seq it was tried with before. */
export async function choose(me, paper, { place, chosen, flagged, op_id, seq }) {
  const number = seq ?? (await newest(me, paper)) + 1;
  const body = {
    kind: "answer", attempt: paper.attempt, place, chosen: [...chosen].sort(), flagged, seq: number, ticket: paper.ticket,
    elapsed: await tick(me, paper),
  };
  return store.add(me, body, op_id);
}

/** Keeps that the quiz was handed in, with the choices that must be there before. */
export async function handIn(me, paper) {
  const needs = of(await store.operations(me), paper, "answer").filter((each) => each.state !== "refused");
  return store.add(me, {
    kind: "hand_in", attempt: paper.attempt, needs: needs.map((each) => each.op_id), ticket: paper.ticket,
    elapsed: await tick(me, paper),
  });
}
