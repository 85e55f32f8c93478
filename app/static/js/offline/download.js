// "Tải về máy": the size first, then the module in parts, sealed in the store of this person on this device.
import { ask } from "./ask.js";
import * as guide from "./kept_guide.js";
import { moment } from "./moment.js";
import * as paper from "./paper.js";
import { isFull, obstacle } from "./room.js";
import * as store from "./store.js";
import { unlock } from "./sync.js";

const box = document.querySelector("#download");
const words = box.dataset;
const [get, drop, line] = ["get", "drop", "say"].map((name) => box.querySelector(`[data-${name}]`));
const [quiz, taking] = ["quiz", "taking"].map((name) => box.querySelector(`[data-${name}]`));
const PAPER_BYTES = 64 * 1024;
const folder = `pack/${words.module}/`;
let turn = 0; // whatever was asked before the person did something else is no longer of use

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const say = (text, values = {}) => { line.textContent = fill(text, values); };

function sized(bytes) {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  if (kilobytes < 1024) return `${kilobytes} KB`;
  return `${(kilobytes / 1024).toLocaleString(words.language, { maximumFractionDigits: 1 })} MB`;
}

async function download() {
  get.disabled = true;
  say(words.busy);
  try {
    const index = await ask(words.pack);
    const problem = await obstacle(index.bytes);
    if (problem) return say(words[problem]);
    const { me: own } = await unlock();
    await navigator.storage?.persist?.();
    // The index comes last: a pack without one is not there.
    for (const part of index.parts) await store.put(own, folder + part.name, await ask(part.url));
    await guide.keep(own, index.guide);
    await store.put(own, folder, { ...index, kept_at: Date.now() });
    await show();
  } catch (error) {
    say(isFull(error) ? words.full : words.failed);
    await clear().catch(() => {});
  } finally {
    get.disabled = false;
  }
  return undefined;
}

// Parts without an index would take room for nothing; those of a pack that was here before are still of use.
async function clear() {
  if (drop.hidden) await removeAll(await store.mine());
}

async function removeAll(own) {
  await store.remove(own, folder);
  await guide.leave(own);
}

// On request: the questions with a ticket, never the answers. It is the one open attempt of this quiz.
async function takeQuiz() {
  quiz.disabled = true;
  try {
    if (await obstacle(PAPER_BYTES)) return await showQuiz();
    const { me: own, token } = await unlock();
    const reply = await fetch(words.ticket, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } });
    const answer = await reply.json();
    if (reply.ok) await paper.keep(own, answer);
    await showQuiz(reply.ok ? "" : words[answer.error] ?? words.failed);
  } catch (error) {
    await showQuiz(isFull(error) ? words.full : words.failed);
  } finally {
    quiz.disabled = false;
  }
  return undefined;
}

async function showQuiz(refusal = "") {
  const held = await store.mine();
  const taken = held && await paper.ofModule(held, words.module);
  const isOpen = !taken && get.hidden && !drop.hidden; // the module is here as it is now, its quiz is not
  const problem = isOpen ? await obstacle(PAPER_BYTES) : "";
  quiz.hidden = !isOpen || Boolean(problem);
  taking.textContent = refusal || (taken ? fill(words.taken, { at: taken.expires }) : words[problem] ?? "");
}

const made = ({ version, parts }) => [version, ...parts.map((each) => each.name)].join();
const isSame = (one, other) => made(one) === made(other);

async function show() {
  turn += 1;
  const mine = turn;
  const held = await store.mine();
  const kept = held && await store.take(held, folder);
  drop.hidden = !kept;
  get.hidden = Boolean(kept);
  if (kept) {
    say(words.kept, { at: moment(kept.kept_at), size: sized(kept.bytes) });
  }
  const index = await ask(words.pack).catch(() => null);
  if (mine !== turn) return;
  if (index && !kept) await offer(index);
  if (index && kept) await guide.keep(held, index.guide).catch(() => {}); // without it the module is here all the same
  if (index && kept && !isSame(index, kept)) {
    say(words.newer);
    get.hidden = false;
  }
  if (quiz) await showQuiz();
}

// What would not fit, or not stay, is not even offered.
async function offer(index) {
  const problem = await obstacle(index.bytes);
  get.hidden = Boolean(problem);
  say(words[problem || "size"], { size: sized(index.bytes) });
}

get.addEventListener("click", download);
quiz?.addEventListener("click", takeQuiz);
drop.addEventListener("click", async () => {
  turn += 1;
  await removeAll(await store.mine());
  await show();
});
box.hidden = false;
try {
  await show();
} catch {
  say(words.private);
  get.hidden = true;
}
