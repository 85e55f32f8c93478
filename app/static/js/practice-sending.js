// The taps of the practice phone go to the server in batches, and wait in the tab until it has them.
import { begin, fields, run, words } from "./practice.js";

const state = document.getElementById("state");
const WAITS = [1000, 2000, 4000, 8000];
const GIVE_UP_AFTER = 10000;
const BATCH = 50;
const scenario = Number(fields.scenario.value);
const storeKey = `practice ${words.sendUrl}`;
let waiting = read();
let failures = 0;
let sending = null;
let timer = 0;
let isStopped = false;

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

function take(tap) {
  if (isStopped) return false;
  waiting.push(tap);
  keep();
  flush();
  return true;
}

addEventListener("online", flush);
addEventListener("beforeunload", (event) => { if (waiting.length && !isStopped) event.preventDefault(); });

// Taps that have not arrived before this page was loaded again: walk them once more, then send them.
begin({ before: waiting, take });
if (waiting.length) flush();
