// Saves each choice of a quiz at once, keeps what is not acknowledged, and says honestly how things stand.
// Without this file the page's form does the same with its button.

const state = document.getElementById("state");
const words = state.dataset;
const form = document.querySelector("form[data-quiz]");
const token = document.querySelector("[name=csrf_token]").value;
const storeKey = `quiz ${words.saveUrl}`;
const WAITS = [1000, 2000, 4000, 8000, 15000];
const GIVE_UP_AFTER = 10000;

// Operations without a receipt, oldest first. They live in the tab, so that a reload or a new sign-in keeps them.
let waiting = read();
let failures = 0;
let sending = null;
let timer = 0;
let isStopped = false;
let wasLate = false;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(storeKey)) ?? [];
  } catch {
    return [];
  }
}

function keep() {
  try {
    if (waiting.length) sessionStorage.setItem(storeKey, JSON.stringify(waiting));
    else sessionStorage.removeItem(storeKey);
  } catch {
    // A browser that keeps nothing still sends; only a reload would lose what has no receipt.
  }
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const ICONS = { saved: "check", retrying: "refresh-cw", offline: "cloud-off" };
const SVG = "http://www.w3.org/2000/svg";

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  svg.firstChild.setAttribute("href", `${words.sprite}#${name}`);
  return svg;
}

function say(kind, text, link) {
  const line = document.createElement("span");
  line.textContent = text;
  if (link) {
    const anchor = document.createElement("a");
    [anchor.textContent, anchor.href] = link;
    line.append(" ", anchor);
  }
  state.className = `state state-${kind}`;
  state.replaceChildren(icon(ICONS[kind]), line);
  if (kind === "offline") state.scrollIntoView({ block: "nearest" });
}

function sayWaiting() {
  const questions = new Set(waiting.map((each) => each.place)).size;
  say("retrying", questions === 1 ? words.waitingOne : words.waiting.replace("{count}", questions));
}

function stop(text, link) {
  isStopped = true;
  say("offline", text, link);
}

// A reply that is not exactly the receipt of this operation is no reply: a café's sign-in page also answers 200.
function isReceipt(reply, sent) {
  return typeof reply === "object" && reply !== null && typeof reply.receipt === "string" && reply.receipt.length === 20
    && reply.op_id === sent.op_id && reply.place === sent.place && typeof reply.saved_at === "string";
}

async function send(operation) {
  const response = await fetch(words.saveUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(operation),
    redirect: "error",
    credentials: "same-origin",
    signal: AbortSignal.timeout?.(GIVE_UP_AFTER),
  });
  let reply = null;
  try {
    reply = await response.json();
  } catch {
    // Not ours.
  }
  return { status: response.status, reply };
}

// On a device of one's own the store keeps what has no receipt, also when the tab is killed, and the quiz goes on
// without network; elsewhere the tab keeps it, and the page waits.
const bridge = words.bridge ? import(words.bridge) : null;
const attempt = Number(words.saveUrl.split("/")[2]);
bridge?.then((store) => store.takeAlong(words.ticketUrl, attempt)).catch(() => {});

async function keepInStore() {
  try {
    return Boolean(bridge) && await (await bridge).keep(attempt, waiting);
  } catch {
    return false;
  }
}

function settle(operation) {
  waiting = waiting.filter((each) => each.op_id !== operation.op_id);
  keep();
}

// What the reply means: true when the next operation may be sent.
function hear(operation, { status, reply }) {
  if (status === 200 && isReceipt(reply, operation)) {
    settle(operation);
    wasLate ||= reply.late === true;
    if (reply.newest_seq > operation.seq) stop(words.newer, [words.newerLink, location.href]);
    else if (!waiting.length && wasLate) say("offline", words.late);
    else if (!waiting.length) say("saved", words.saved.replace("{at}", reply.saved_at));
    return !isStopped;
  }
  const code = typeof reply?.error === "string" ? reply.error : "";
  if (status === 401 || (status === 400 && code === "form_expired")) {
    stop(words.signIn, [words.signInLink, words.signInUrl]);
  } else if (status === 409 && code === "attempt_over") {
    settle(operation);
    stop(words.over, [words.overLink, words.overUrl]);
  } else if ((status === 422 || status === 409 || status === 404 || status === 403) && code) {
    settle(operation);
    stop(words.refused, [words.refusedLink, location.href]);
  } else {
    throw new Error("no reply");
  }
  return false;
}

async function sendAll() {
  while (waiting.length && !isStopped) {
    const operation = waiting[0];
    try {
      if (!hear(operation, await send(operation))) return;
      failures = 0;
    } catch {
      sayWaiting();
      await keepInStore();
      timer = setTimeout(flush, WAITS[Math.min(failures, WAITS.length - 1)] * (0.75 + Math.random() / 2));
      failures += 1;
      return;
    }
  }
}

function flush() {
  clearTimeout(timer);
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

// In a timed quiz a choice says how long after the server's tick it was made, as this page counts (QZ-09).
function ago() {
  const left = document.getElementById("left")?.dataset;
  return left ? { tick: left.tick, elapsed: Math.max(0, Math.round(performance.now() - Number(left.since))) } : {};
}

function choose() {
  const place = Number(form.dataset.place);
  const chosen = [...form.querySelectorAll("[name=choice]:checked")].map((each) => each.value);
  const seq = Math.max(Number(form.dataset.seq), ...waiting.map((each) => each.seq), 0) + 1;
  form.dataset.seq = seq;
  // Not yet sent and already changed: only the last word on a question needs to travel.
  waiting = waiting.filter((each, at) => each.place !== place || (sending && at === 0));
  waiting.push({ op_id: newId(), place, chosen, flagged: form.dataset.flagged === "true", seq, ...ago() });
  keep();
  if (!isStopped) say("retrying", words.sending);
  flush();
}

function restore() {
  if (!form) return;
  const mine = waiting.filter((each) => each.place === Number(form.dataset.place)).at(-1);
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
  if (!waiting.length) return;
  event.preventDefault();
  const { submitter, target } = event;
  await flush();
  if (waiting.length && !isStopped) await flush();
  if (!waiting.length && !isStopped) target.requestSubmit(submitter);
  else if (!isStopped && await keepInStore()) {
    waiting = [];
    keep();
    location.assign(whereTo(target, submitter));
  } else if (!isStopped) say("offline", words.stay);
}

// The time is up (quiz-time.js): nothing more can be chosen, what has no receipt is sent, then the page hands in.
async function closeUp(tries = 0) {
  for (const box of document.querySelectorAll("#answer :is(fieldset, button), .dock button")) box.disabled = true;
  await flush();
  try {
    if (waiting.length && !isStopped) throw new Error("some are not sent yet");
    const handIn = document.getElementById("hand-in");
    const response = await fetch(handIn.action, { method: "POST", body: new FormData(handIn) });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    location.assign(response.url);
  } catch {
    setTimeout(() => closeUp(tries + 1), WAITS[Math.min(tries, WAITS.length - 1)]);
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
addEventListener("online", flush);
addEventListener("beforeunload", (event) => { if (waiting.length && !isStopped) event.preventDefault(); });
restore();
if (waiting.length) {
  sayWaiting();
  flush();
}
