// The practice phone answers at the tap and sends each tap afterwards; the server judges the run by its taps alone.
// Without this file every tap is a form of its own and the server shows the next screen.

const form = document.querySelector("form[data-practice]");
const words = form.dataset;
const fields = form.elements;
const state = document.getElementById("state");
const said = document.getElementById("said");
const back = document.getElementById("back");
const place = document.getElementById("screen");
const HINT_AFTER = 2;
const RING_AFTER = 3;
const WAITS = [1000, 2000, 4000, 8000];
const GIVE_UP_AFTER = 10000;
const BATCH = 50;
const screens = new Map([...document.querySelectorAll("template[data-screen]")].map((each) => [each.dataset.screen, each]));

// 1. Where the run stands, as the server said it and as each tap moves it on.
const run = fields.run.value;
const scenario = Number(fields.scenario.value);
const storeKey = `practice ${words.sendUrl}`;
const stand = {
  screen: words.screen,
  tappedOn: words.tappedOn,
  cameFrom: words.cameFrom,
  solved: new Set(words.solved.split(" ").filter(Boolean)),
  wrong: new Map(words.wrong.split(" ").filter(Boolean).map((each) => [each.split(":")[0], Number(each.split(":")[1])])),
  seq: Number(fields.seq.value),
  forbidden: false,
};

function wrongTurns() {
  return [...stand.wrong.values()].reduce((sum, each) => sum + each, 0);
}

// What a tap on a button of this screen does; the same as courses/rules/practice.py.
function move(choice, button) {
  const from = stand.screen;
  stand.tappedOn = from;
  if (choice === "back") {
    [stand.screen, stand.cameFrom] = [stand.cameFrom, ""];
    return;
  }
  const { move: kind, to } = button.dataset;
  if (kind === "wrong") stand.wrong.set(from, (stand.wrong.get(from) ?? 0) + 1);
  if (kind === "right") stand.solved.add(from);
  if (kind === "forbidden") stand.forbidden = true;
  const there = to || from;
  if (kind === "wrong" && there !== from) stand.cameFrom = isEnd(there) ? "" : from;
  else if (kind !== "wrong") stand.cameFrom = "";
  stand.screen = there;
}

function isEnd(name) {
  return screens.get(name).dataset.kind === "end";
}

function steps() {
  const main = new Set([...screens.values()].flatMap((each) => (each.dataset.main === undefined ? [] : [each.dataset.screen])));
  const done = [...stand.solved].filter((each) => main.has(each)).length;
  const end = isEnd(stand.screen);
  if (end && screens.get(stand.screen).dataset.outcome === "passed") return { done, all: done };
  const way = screens.get(end ? stand.tappedOn : stand.screen).dataset.way.split(" ").filter(Boolean);
  return { done, all: done + way.filter((each) => !stand.solved.has(each)).length };
}

// 2. What the page shows.
function fill(text, values) {
  return Object.entries(values).reduce((whole, [name, value]) => whole.replace(`{${name}}`, value), text);
}

function line(text, strong) {
  const paragraph = document.createElement("p");
  if (strong) {
    const bold = document.createElement("b");
    bold.textContent = strong;
    paragraph.append(bold, " ");
  }
  paragraph.append(text);
  return paragraph;
}

function ring() {
  for (const each of place.querySelectorAll("[data-move=right]:not(.ring)")) {
    each.classList.add("ring");
    const note = document.createElement("span");
    note.className = "vh ring-words";
    note.textContent = ` (${words.thisIsIt})`;
    (each.querySelector("span") ?? each).append(note);
  }
}

function help(spoken) {
  const count = stand.wrong.get(stand.screen) ?? 0;
  const hint = screens.get(stand.screen).dataset.hint;
  const lines = spoken ? [line(spoken, words.notQuite)] : [];
  if (count >= HINT_AFTER && hint) {
    lines.push(line(fill(words.hint, { words: hint }) + (count >= RING_AFTER ? ` ${words.ringed}` : "")));
  }
  said.replaceChildren(...lines);
  if (count >= RING_AFTER) ring();
}

function show(spoken) {
  place.replaceChildren(screens.get(stand.screen).content.cloneNode(true));
  back.hidden = !stand.cameFrom;
  help(spoken);
  const { done, all } = steps();
  document.getElementById("step").textContent = fill(words.step, { step: Math.min(done + 1, all), all });
  fields.screen.value = stand.screen;
  document.getElementById("scene").focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

// The ending, judged as the server will: it has the last word, and its own page, when the taps have arrived.
function showEnding(spoken) {
  const { done, all } = steps();
  const passed = screens.get(stand.screen).dataset.outcome === "passed";
  const good = passed && !stand.forbidden && wrongTurns() <= Number(words.mostWrong) && done >= Number(words.leastRight);
  place.replaceChildren(screens.get(stand.screen).content.cloneNode(true));
  place.querySelector(".outcome-line").textContent = good ? words.passed : words.failed;
  place.querySelector(".outcome-count").textContent = fill(words.ended, { steps: done, all, wrong: wrongTurns() });
  place.querySelector(".outcome-reason").textContent = passed ? (good ? "" : words.tooMany) : spoken ?? "";
  said.replaceChildren();
  back.hidden = true;
  document.getElementById("scene").focus();
}

// 3. What is sent. Operations live in the tab until the server has them: whoever keeps them longer can send them later.
let waiting = read();
let failures = 0;
let sending = null;
let timer = 0;
let isStopped = false;
let isFilling = false;

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storeKey)) ?? [];
    return kept.filter((each) => each.run === run);
  } catch {
    return [];
  }
}

function keep() {
  try {
    if (waiting.length) sessionStorage.setItem(storeKey, JSON.stringify(waiting));
    else sessionStorage.removeItem(storeKey);
  } catch {
    // A browser that keeps nothing still sends; only a reload would lose what has not arrived.
  }
}

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const ICONS = { saved: "check", retrying: "refresh-cw", offline: "cloud-off" };
const SVG = "http://www.w3.org/2000/svg";

function say(kind, text, link) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "use"));
  svg.firstChild.setAttribute("href", `${words.sprite}#${ICONS[kind]}`);
  const told = document.createElement("span");
  told.textContent = text;
  if (link) {
    const anchor = document.createElement("a");
    [anchor.textContent, anchor.href] = link;
    told.append(" ", anchor);
  }
  state.className = `state state-${kind}`;
  state.replaceChildren(svg, told);
}

function stop(text, link) {
  isStopped = true;
  say("offline", text, link);
}

async function send(taps) {
  const response = await fetch(words.sendUrl, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": fields.csrf_token.value },
    body: JSON.stringify({ run, scenario, taps: taps.map(({ op_id, seq, screen, choice }) => ({ op_id, seq, screen, choice })) }),
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

// True when the next batch may be sent. A reply that does not name these very taps is no reply.
function hear(taps, { status, reply }) {
  if (status === 200 && reply?.run === run && Array.isArray(reply.kept) && taps.every((each) => reply.kept.includes(each.op_id))) {
    waiting = waiting.filter((each) => !reply.kept.includes(each.op_id));
    keep();
    say("saved", words.saved.replace("{at}", reply.saved_at));
    if (reply.url) location.replace(reply.url);
    return true;
  }
  const code = typeof reply?.error === "string" ? reply.error : "";
  if (status === 401 || (status === 400 && code === "form_expired")) {
    stop(words.signIn, [words.signInLink, words.signInUrl]);
  } else if ([403, 404, 409, 422].includes(status) && code) {
    waiting = [];
    keep();
    stop(words.moved, [words.movedLink, words.movedUrl]);
  } else {
    throw new Error("no reply");
  }
  return false;
}

async function sendAll() {
  while (waiting.length && !isStopped) {
    const taps = waiting.slice(0, BATCH);
    try {
      if (!hear(taps, await send(taps))) return;
      failures = 0;
    } catch {
      say("retrying", words.waiting);
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

// 4. A tap.
function play(choice, button) {
  const from = stand.screen;
  move(choice, button);
  stand.seq += 1;
  const spoken = button.dataset.words;
  if (isEnd(stand.screen)) showEnding(spoken);
  else if (stand.screen === from) {
    help(spoken);
    button.classList.remove("shake");
    void button.offsetWidth; // so that the same place can shake again
    button.classList.add("shake");
    said.scrollIntoView({ block: "nearest" });
  } else show(spoken);
}

function tap(button) {
  if (isStopped || isFilling || isEnd(stand.screen)) return;
  waiting.push({ run, op_id: newId(), seq: stand.seq, screen: stand.screen, choice: button.value });
  keep();
  // A drawn field fills itself with dots before the phone goes on.
  const dots = button.querySelector(".sim-dots");
  if (dots && button.dataset.move === "right" && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    dots.classList.add("is-filled");
    isFilling = true;
    setTimeout(() => {
      isFilling = false;
      play(button.value, button);
    }, 350);
  } else play(button.value, button);
  flush();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.name === "choice") tap(event.submitter);
});
addEventListener("online", flush);
addEventListener("beforeunload", (event) => { if (waiting.length && !isStopped) event.preventDefault(); });

// Taps that have not arrived before this page was loaded again: walk them once more, then send them.
for (const each of waiting.filter((one) => one.seq >= stand.seq)) {
  const button = each.choice === "back" ? back : place.querySelector(`button[value="${each.choice}"]`);
  if (each.screen !== stand.screen || !button) break;
  play(each.choice, button);
}
if (waiting.length) flush();
