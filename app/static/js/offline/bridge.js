// Between a question's page and the store: the paper is taken along at the start, and choices without a receipt wait there.
import * as paper from "./paper.js";
import { mine } from "./store.js";
import { unlock } from "./sync.js";

/** Takes the paper of the running attempt along, while there is network; a timed quiz has none to take.
 *  One that is here already comes without its questions: they never change, what is chosen does. */
export async function takeAlong(address, attempt) {
  const { me, token } = await unlock();
  const held = await paper.find(me, attempt);
  const response = await fetch(held ? `${address}?held=${attempt}` : address, { method: "POST", redirect: "error", headers: { Accept: "application/json", "X-CSRFToken": token } });
  if (response.ok) await paper.keep(me, await response.json());
}

/** Keeps choices that have no receipt; says whether they are safe here and the page may go on without the server. */
export async function keep(attempt, choices) {
  const me = await mine();
  const own = me && await paper.find(me, attempt);
  if (!own) return false;
  for (const each of choices) await paper.choose(me, own, each);
  return true;
}
