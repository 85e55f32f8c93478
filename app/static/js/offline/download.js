// "Tải về máy": the size first, then the module in parts, sealed in the store of this person on this device.
import { moment } from "./moment.js";
import * as paper from "./paper.js";
import * as store from "./store.js";
import { unlock } from "./sync.js";

const box = document.querySelector("#download");
const words = box.dataset;
const [get, drop, line] = ["get", "drop", "say"].map((name) => box.querySelector(`[data-${name}]`));
const [quiz, taking] = ["quiz", "taking"].map((name) => box.querySelector(`[data-${name}]`));
const folder = `pack/${words.module}/`;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const say = (text, values = {}) => { line.textContent = fill(text, values); };

function sized(bytes) {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  if (kilobytes < 1024) return `${kilobytes} KB`;
  return `${(kilobytes / 1024).toLocaleString(words.language, { maximumFractionDigits: 1 })} MB`;
}

async function ask(address, more = {}) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error", ...more });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.json();
}

async function hasRoom(bytes) {
  const room = await navigator.storage?.estimate?.();
  return !room || room.quota - room.usage > 2 * bytes;
}

async function download() {
  get.disabled = true;
  say(words.busy);
  try {
    const index = await ask(words.pack);
    if (!(await hasRoom(index.bytes))) return say(words.full);
    const { me: own } = await unlock();
    await navigator.storage?.persist?.();
    // The index comes last: a pack without one is not there.
    for (const part of index.parts) await store.put(own, folder + part.name, await ask(part.url));
    await store.put(own, folder, { ...index, kept_at: Date.now() });
    await show();
  } catch {
    say(words.failed);
  } finally {
    get.disabled = false;
  }
  return undefined;
}

// On request: the questions with a ticket, never the answers. It is the one open attempt of this quiz.
async function takeQuiz() {
  quiz.disabled = true;
  try {
    const { me: own, token } = await unlock();
    const reply = await fetch(words.ticket, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } });
    const answer = await reply.json();
    if (reply.ok) await paper.keep(own, answer);
    await showQuiz(reply.ok ? "" : words[answer.error] ?? words.failed);
  } catch {
    await showQuiz(words.failed);
  } finally {
    quiz.disabled = false;
  }
}

async function showQuiz(problem = "") {
  const held = await store.mine();
  const taken = held && await paper.ofModule(held, words.module);
  quiz.hidden = Boolean(taken) || get.hidden === false;
  taking.textContent = problem || (taken ? fill(words.taken, { at: taken.expires }) : "");
}

async function show() {
  const held = await store.mine();
  const kept = held && await store.take(held, folder);
  drop.hidden = !kept;
  get.hidden = Boolean(kept);
  if (kept) {
    say(words.kept, { at: moment(kept.kept_at), size: sized(kept.bytes) });
  }
  const index = await ask(words.pack).catch(() => null);
  if (index && !kept) say(words.size, { size: sized(index.bytes) });
  if (index && kept && (index.version !== kept.version || index.language !== kept.language)) {
    say(words.newer);
    get.hidden = false;
  }
  if (quiz) await showQuiz();
}

get.addEventListener("click", download);
quiz?.addEventListener("click", takeQuiz);
drop.addEventListener("click", async () => {
  await store.remove(await store.mine(), folder);
  await show();
});
box.hidden = false;
try {
  await show();
} catch {
  say(words.private); // a private window: said before anything is learned, not after (SY-05)
  get.hidden = true;
}
