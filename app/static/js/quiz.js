// Saves each choice of a quiz at once, keeps what is not acknowledged, and says honestly how things stand.
// Without this file the page's form does the same with its button.

import { backOff, newId, post, Queue, say } from "./sending.js";

const state = document.getElementById("state");
const words = state.dataset;
const form = document.querySelector("form[data-quiz]");
const token = document.querySelector("[name=csrf_token]").value;
const LONGEST_WAIT = 15_000;

// Operations without a receipt.
const queue = new Queue(`quiz ${words.saveUrl}`, { send, onFailure, longest: LONGEST_WAIT });
let wasLate = false;

function tell(kind, text, link) {
  say(state, kind, text, { link });
  if (kind === "offline") state.scrollIntoView({ block: "nearest" });
}

function sayWaiting() {
  const questions = new Set(queue.waiting.map((each) => each.place)).size;
  tell("retrying", questions === 1 ? words.waitingOne : words.waiting.replace("{count}", questions));
}

function stop(text, link) {
  queue.isStopped = true;
  tell("offline", text, link);
}

// A reply that is not exactly the receipt of this operation is no reply: a café's sign-in page also answers 200.
function isReceipt(reply, sent) {
  return typeof reply === "object" && reply !== null && typeof reply.receipt === "string" && reply.receipt.length === 20
    && reply.op_id === sent.op_id && reply.place === sent.place && typeof reply.saved_at === "string";
}

// On a device of one's own the store keeps what has no receipt, also when the tab is killed, and the quiz goes on
// without network; elsewhere the tab keeps it, and the page waits.
const bridge = words.bridge ? import(words.bridge) : null;
const attempt = Number(words.saveUrl.split("/")[2]);
bridge?.then((store) => store.takeAlong(words.ticketUrl, attempt)).catch(() => {});

async function keepInStore() {
  try {
    return Boolean(bridge) && await (await bridge).keep(attempt, queue.waiting);
  } catch {
    return false;
  }
}

function settle(operation) {
  queue.keep(queue.waiting.filter((each) => each.op_id !== operation.op_id));
}

async function send() {
  const [operation] = queue.waiting;
  const { reply, refused } = await post(words.saveUrl, token, operation);
  if (refused === "signed_out") stop(words.signIn, [words.signInLink, words.signInUrl]);
  else if (refused) {
    settle(operation);
    if (refused === "attempt_over") stop(words.over, [words.overLink, words.overUrl]);
    else stop(words.refused, [words.refusedLink, location.href]);
  } else if (isReceipt(reply, operation)) hear(operation, reply);
  else throw new Error("no receipt");
}

function hear(operation, reply) {
  settle(operation);
  wasLate ||= reply.late === true;
  if (reply.newest_seq > operation.seq) stop(words.newer, [words.newerLink, location.href]);
  else if (!queue.waiting.length && wasLate) tell("offline", words.late);
  else if (!queue.waiting.length) tell("saved", words.saved.replace("{at}", reply.saved_at));
}

async function onFailure() {
  sayWaiting();
  await keepInStore();
}

// In a timed quiz a choice says how long after the server's tick it was made, as this page counts (QZ-09).
function ago() {
  const left = document.getElementById("left")?.dataset;
  return left ? { tick: left.tick, elapsed: Math.max(0, Math.round(performance.now() - Number(left.since))) } : {};
}

function choose() {
  const place = Number(form.dataset.place);
  const chosen = [...form.querySelectorAll("[name=choice]:checked")].map((each) => each.value);
  const seq = Math.max(Number(form.dataset.seq), ...queue.waiting.map((each) => each.seq), 0) + 1;
  form.dataset.seq = seq;
  // Not yet sent and already changed: only the last word on a question needs to travel.
  const others = queue.waiting.filter((each, at) => each.place !== place || (queue.isSending && at === 0));
  queue.keep([...others, { op_id: newId(), place, chosen, flagged: form.dataset.flagged === "true", seq, ...ago() }]);
  if (!queue.isStopped) tell("retrying", words.sending);
  queue.flush();
}

function restore() {
  if (!form) return;
  const mine = queue.waiting.filter((each) => each.place === Number(form.dataset.place)).at(-1);
  if (!mine) return;
  for (const box of form.querySelectorAll("[name=choice]")) box.checked = mine.chosen.includes(box.value);
  form.dataset.flagged = mine.flagged;
}

function toggleMark(button) {
  const isOn = form.dataset.flagged !== "true";
  form.dataset.flagged = isOn;
  button.setAttribute("aria-pressed", isOn);
  button.querySelector("span").textContent = isOn ? button.dataset.on : button.dataset.off;
  choose();
}

// Leaving waits for the receipts; if they do not come the page stays, and says so.
async function leave(event) {
  if (!queue.waiting.length) return;
  event.preventDefault();
  const { submitter, target } = event;
  await queue.flush();
  if (queue.waiting.length && !queue.isStopped) await queue.flush();
  if (queue.isStopped) return;
  if (!queue.waiting.length) target.requestSubmit(submitter);
  else if (await keepInStore()) {
    queue.keep([]);
    location.assign(whereTo(target, submitter));
  } else tell("offline", words.stay);
}

// The time is up (quiz-time.js): nothing more can be chosen, what has no receipt is sent, then the page hands in.
async function closeUp(tries = 0) {
  for (const box of document.querySelectorAll("#answer :is(fieldset, button), .dock button")) box.disabled = true;
  await queue.flush();
  try {
    if (queue.waiting.length && !queue.isStopped) throw new Error("some are not sent yet");
    const handIn = document.getElementById("hand-in");
    const response = await fetch(handIn.action, { method: "POST", body: new FormData(handIn) });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    location.assign(response.url);
  } catch {
    setTimeout(() => closeUp(tries + 1), backOff(tries, LONGEST_WAIT));
  }
}

// The address to which the server would lead: the next question, the look back, or what was handed in.
function whereTo(target, submitter) {
  const here = `/attempts/${attempt}/`;
  if (target !== form) return `${here}review`;
  const next = Number(form.dataset.place) + 1;
  return submitter?.value === "review" || next > Number(form.dataset.count) ? `${here}review` : `${here}${next}`;
}

form?.addEventListener("change", choose);
form?.addEventListener("submit", (event) => {
  if (event.submitter?.name === "mark") {
    event.preventDefault();
    toggleMark(event.submitter);
  } else {
    leave(event);
  }
});
for (const each of document.querySelectorAll("form[data-submit]")) each.addEventListener("submit", leave);
document.addEventListener("time-up", () => closeUp(), { once: true });
restore();
if (queue.waiting.length) {
  sayWaiting();
  queue.flush();
}
