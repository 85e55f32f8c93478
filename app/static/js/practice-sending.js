// The taps of the practice phone go to the server in batches, and wait in the tab until it has them.
import { begin, fields, run, words } from "./practice.js";
import { post, Queue, say } from "./sending.js";

const state = document.getElementById("state");
state.dataset.sprite = words.sprite; // its markup is in packs, too, and names no address
const LONGEST_WAIT = 8000;
const BATCH = 50;
const scenario = Number(fields.scenario.value);
const queue = new Queue(`practice ${words.sendUrl}`, { send, onFailure, longest: LONGEST_WAIT });
queue.waiting = queue.waiting.filter((each) => each.run === run);

function stop(text, link) {
  queue.isStopped = true;
  say(state, "offline", text, { link });
}

// A reply that does not name these very taps is no reply.
const isOf = (reply, taps) =>
  reply?.run === run && Array.isArray(reply.kept) && taps.every((each) => reply.kept.includes(each.op_id));

async function send() {
  const taps = queue.waiting.slice(0, BATCH).map(({ op_id, seq, screen, choice }) => ({ op_id, seq, screen, choice }));
  const { reply, refused } = await post(words.sendUrl, fields.csrf_token.value, { run, scenario, taps });
  if (refused === "signed_out") stop(words.signIn, [words.signInLink, words.signInUrl]);
  else if (refused) {
    queue.keep([]);
    stop(words.moved, [words.movedLink, words.movedUrl]);
  } else if (isOf(reply, taps)) hear(reply);
  else throw new Error("no reply");
}

function hear(reply) {
  queue.keep(queue.waiting.filter((each) => !reply.kept.includes(each.op_id)));
  say(state, "saved", words.saved.replace("{at}", reply.saved_at));
  if (reply.url) location.replace(reply.url);
}

function onFailure() {
  say(state, "retrying", words.waiting);
}

function take(tap) {
  if (queue.isStopped) return false;
  queue.keep([...queue.waiting, tap]);
  queue.flush();
  return true;
}

// Taps that have not arrived before this page was loaded again: walk them once more, then send them.
begin({ before: queue.waiting, take });
if (queue.waiting.length) queue.flush();
