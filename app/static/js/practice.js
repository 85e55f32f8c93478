// The practice phone answers at the tap and hands each tap over, to be sent (practice-sending.js) or to be kept on the device
// (offline/draw_practice.js); the server judges the run by its taps alone. Without this file every tap is a form of its own.
import { newId } from "./sending.js";

const form = document.querySelector("form[data-practice]");
export const words = form.dataset;
export const fields = form.elements;
const said = document.getElementById("said");
const back = document.getElementById("back");
const place = document.getElementById("screen");
const HINT_AFTER = 2;
const RING_AFTER = 3;
let isFilling = false;
const screens = new Map([...document.querySelectorAll("template[data-screen]")].map((each) => [each.dataset.screen, each]));

// 1. Where the run stands, as the server said it and as each tap moves it on.
export const run = fields.run.value;
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

function sayStep() {
  const { done, all } = steps();
  document.getElementById("step").textContent = fill(words.step, { step: Math.min(done + 1, all), all });
}

function show(spoken) {
  place.replaceChildren(screens.get(stand.screen).content.cloneNode(true));
  back.hidden = !stand.cameFrom;
  help(spoken);
  sayStep();
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
  document.getElementById("again").hidden = true; // the ending has its own
  document.getElementById("scene").focus();
}

// 3. A tap.
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

function tap(button, take) {
  if (isFilling || isEnd(stand.screen)) return;
  const isTaken = take({ run, op_id: newId(), seq: stand.seq, screen: stand.screen, choice: button.value });
  if (!isTaken) return;
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
}

/** Begins where the page stands and `before` leads: taps of this run that the page does not know of. Each further tap is
 *  handed to `take`, which says whether it may count. */
export function begin({ before, take }) {
  sayStep();
  for (const each of before.filter((one) => one.seq >= stand.seq)) {
    const button = each.choice === "back" ? back : place.querySelector(`button[value="${each.choice}"]`);
    if (each.screen !== stand.screen || !button) break;
    play(each.choice, button);
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.name === "choice") tap(event.submitter, take);
  });
}
