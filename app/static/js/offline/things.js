// What people mean by one thing of what they did: a run of practice, a question of a quiz, a card, a quiz handed in. On the
// way each tap and each choice is an operation of its own.

const nameOf = ({ kind, run, attempt, module, lesson, place }) => [kind, run, attempt, module, lesson, place].join(" ");

const tapsOf = (operations) => operations.flatMap(({ body }) => body.taps).length;

/** Operations by the thing they belong to; a thing stands where its newest operation does. */
export function things(operations) {
  const found = new Map();
  for (const each of operations) {
    const name = nameOf(each.body);
    const before = found.get(name) ?? [];
    found.delete(name);
    found.set(name, [...before, each]);
  }
  return [...found.values()];
}

/** How many taps of a run were refused, `{count, all}`; null for a run that lost none, and for everything else. */
export function lostOf(thing) {
  const refused = thing.filter(({ state, body }) => body.run && state === "refused");
  return refused.length ? { count: tapsOf(refused), all: tapsOf(thing) } : null;
}
