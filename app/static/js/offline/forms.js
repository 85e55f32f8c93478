// The forms in which work was written down to wait: each says its number, and an older one is brought to today's whenever
// it is read, so that new code finds old work (SY-06). Each has an example in tests/pwa/queues.

const FORM = 3;
const UPGRADES = {
  1: (body) => ({ ...body, v: 2 }), // the first form did not say its number
  2: (body) => ({ ...body, v: 3 }), // nobody practised without network
};

/** A body as it is written down today. */
export const written = (body) => ({ ...body, v: FORM });

/** A body of any form up to today's, in today's; one that a newer release wrote stays as it is. */
export function today(body) {
  let read = { v: 1, ...body };
  while (read.v < FORM) read = UPGRADES[read.v](read);
  return read;
}
