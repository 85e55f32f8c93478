// Brings what waits on this device to the server, in batches, and believes nothing but receipts (I8, F-22).
import * as store from "./store.js";

const BATCH = 200;
const KEPT_AFTER = 7 * 24 * 3600 * 1000; // confirmed work stays this long, to be sent again after a restored backup
const GIVE_UP_AFTER = 20_000;
const RECEIPT = /^([0-9a-f]{20}|[0-9A-Z]{4}-\d\d)$/;

/** Why nothing could be sent: `no network`, `signed out`, `someone else`. */
export class Unsent extends Error {}

async function ask(address, more = {}) {
  let response;
  try {
    response = await fetch(address, {
      redirect: "error", credentials: "same-origin", signal: AbortSignal.timeout?.(GIVE_UP_AFTER), ...more,
      headers: { Accept: "application/json", ...more.headers },
    });
    if (response.status === 401) throw new Unsent("signed out");
    if (!response.ok) throw new Unsent("no network");
    return await response.json(); // a café's sign-in page answers 200 too, but not with this
  } catch (error) {
    throw error instanceof Unsent ? error : new Unsent("no network");
  }
}

const post = (address, token, body) => ask(address, {
  method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body),
});

/** Opens the store of whoever is signed in, with the key that the server gives; returns it with a fresh token. */
export async function unlock() {
  const hello = await ask("/offline/hello");
  if (typeof hello.owner !== "string" || typeof hello.token !== "string") throw new Unsent("no network");
  let me = await store.mine();
  if (me?.owner !== hello.owner) {
    await store.forget();
    me = await store.adopt(await post("/offline/key", hello.token, {}));
  } else if (!me.envelope) {
    // A store of an earlier release: it keeps its key, under which work may wait.
    const { envelope, server_key } = await post("/offline/key", hello.token, {});
    me = await store.note(me, { envelope, server_key });
  }
  return { me, token: hello.token };
}

/** Sends what waits and asks again for what has receipts; returns `{sent, at}`. One tab at a time. Throws `Unsent`. */
export function flush() {
  const locks = navigator.locks;
  return locks ? locks.request("san-sang-flush", run) : run();
}

async function run() {
  const { me, token } = await unlock();
  const done = { sent: 0, at: "" };
  for (let hasMoved = true; hasMoved;) {
    const all = await store.operations(me);
    const waiting = all.filter((each) => each.state === "waiting");
    const refused = all.filter(({ state }) => state === "refused");
    const lost = new Map(refused.map(({ body, error }) => [body.run, error]));
    const gone = new Set(refused.map(({ op_id }) => op_id));
    hasMoved = false;
    for (let from = 0; from < waiting.length; from += BATCH) {
      const batch = waiting.slice(from, from + BATCH);
      const operations = batch.map((each) => ({ ...without(each.body, gone), op_id: each.op_id }));
      const reply = await post("/offline/sync", token, { operations });
      const changes = heard(batch, reply, lost);
      await store.settle(changes);
      hasMoved ||= Object.keys(changes).length > 0;
      for (const change of Object.values(changes)) if (change.at) Object.assign(done, { sent: done.sent + 1, at: change.at });
    }
  }
  await confirm(me, token);
  return done;
}

// A quiz handed in waits for the choices it was made with. One that was refused since will never come: it counts as left open.
function without(body, gone) {
  return body.needs ? { ...body, needs: body.needs.filter((each) => !gone.has(each)) } : body;
}

// A receipt counts only for the very operation it names, and only when it looks like one. A tap that waits for a refused one
// would wait without end, so it is refused with it; of earlier batches this device alone knows. `lost`: why, by the run.
function heard(batch, reply, lost) {
  if (!Array.isArray(reply?.outcomes)) throw new Unsent("no network");
  const bodies = new Map(batch.map((each) => [each.op_id, each.body]));
  const changes = {};
  for (const outcome of reply.outcomes) {
    if (!bodies.has(outcome?.op_id)) continue;
    const { run } = bodies.get(outcome.op_id);
    const error = outcome.waits && run ? lost.get(run) : outcome.error;
    if (RECEIPT.test(outcome.receipt) && typeof outcome.at === "string") {
      const { receipt, at, late } = outcome;
      changes[outcome.op_id] = { state: "sent", receipt, at, late: late === true, sent_on: Date.now() };
    } else if (typeof error === "string") {
      changes[outcome.op_id] = { state: "refused", error };
      lost.set(run, error);
    }
  }
  return changes;
}

async function confirm(me, token) {
  const kept = (await store.operations(me)).filter((each) => each.receipt);
  const old = kept.filter((each) => each.state === "confirmed" && Date.now() - each.sent_on > KEPT_AFTER);
  const asked = kept.filter((each) => !old.includes(each)).slice(-1000);
  const changes = Object.fromEntries(old.map((each) => [each.op_id, null]));
  if (asked.some((each) => each.state === "sent")) {
    const reply = await post("/offline/sync", token, { confirm: asked.map((each) => each.op_id) });
    if (!Array.isArray(reply?.confirmed)) throw new Unsent("no network");
    const found = new Set(reply.confirmed);
    // What the server does not know any more waits again: a backup was restored (F-26).
    for (const each of asked) changes[each.op_id] = { state: found.has(each.op_id) ? "confirmed" : "waiting" };
  }
  await store.settle(changes);
}
