// A quiz without network: nothing is graded or explained here, and nothing is said to be sent that has no receipt.
import * as paper from "./paper.js";
import { clone, fill, go, label, listPage, row, rows, sayNotKept, taskPage, words } from "./page_parts.js";

const at = (own, place) => `/attempts/${own.attempt}/${place}`;
// A paper has its texts in each language; those of earlier releases had one.
const inMine = (text) => text[document.documentElement.lang] ?? text;
const hasChoice = (held) => held.chosen.length > 0;

export async function start(me, module) {
  const own = await paper.ofModule(me, module);
  if (!own) {
    listPage(words.quiz).append(clone("quiz-none"));
    return;
  }
  const standing = await paper.standing(me, own);
  const open = own.questions.find(({ place }) => !hasChoice(standing[place]));
  taskPage({
    title: words.quiz, where: words.quiz, back: `/learn/${module}`, act: label("act-begin"),
    onAct: () => go(open ? at(own, open.place) : at(own, "review")),
  }).append(clone("quiz-start"));
}

export async function question(me, attempt, place) {
  const own = await paper.find(me, Number(attempt));
  if (!own) return;
  const number = Number(place);
  const count = own.questions.length;
  if (await paper.isHandedIn(me, own)) { go(at(own, "result")); return; }
  if (number > count) { go(at(own, "review")); return; }
  const asked = own.questions[number - 1];
  const held = (await paper.standing(me, own))[number];
  let allKept = null;
  const body = taskPage({
    title: fill(words.question, { place, count }), where: fill(words.question, { place, count }),
    back: number > 1 ? at(own, number - 1) : `/quiz/${own.module}`,
    act: number < count ? words.next : words.review,
    onAct: async () => {
      await allKept(); // a page that leaves early would leave its choice behind
      go(number < count ? at(own, number + 1) : at(own, "review"));
    },
  });
  const made = clone("question");
  made.querySelector("#how-many").textContent = asked.kind === "several" ? words.several : words.one;
  made.querySelector("#question").textContent = inMine(asked.text);
  made.querySelector("fieldset").append(...asked.options.map((each, order) => option(asked, each, order, held)));
  body.append(made);
  allKept = listen(body, held, (choice) => paper.choose(me, own, { place: number, ...choice }));
}

function option(asked, { token, text }, order, held) {
  const made = clone("option");
  const [input, words_] = [made.querySelector("input"), made.querySelector("label")];
  Object.assign(input, {
    type: asked.kind === "several" ? "checkbox" : "radio", name: "choice", value: token, id: `option-${order + 1}`,
    checked: held.chosen.includes(token),
  });
  words_.htmlFor = input.id;
  words_.textContent = inMine(text);
  return made;
}

// Choices are kept one after the other, in the order of the taps: two at once would get the same number.
// Returns what waits for the last of them, and tries one that could not be kept once more.
function listen(body, held, choose) {
  const form = body.querySelector("form");
  const flag = body.querySelector("[data-flag]");
  let flagged = held.flagged;
  const showFlag = () => {
    flag.setAttribute("aria-pressed", flagged);
    flag.querySelector("span").textContent = flagged ? words.unmark : words.mark;
  };
  const mark = body.querySelector("[data-state]");
  let last = Promise.resolve();
  const keep = () => {
    const choice = { chosen: new FormData(form).getAll("choice"), flagged };
    mark.replaceChildren();
    last = last.catch(() => {}).then(() => choose(choice));
    last.then(() => mark.replaceChildren(clone("mark-waiting")), () => {
      mark.replaceChildren(clone("mark-not-kept"));
      sayNotKept();
    });
  };
  showFlag();
  if (held.state) mark.replaceChildren(clone(`mark-${held.state}`));
  form.addEventListener("change", keep);
  form.addEventListener("submit", (event) => event.preventDefault());
  flag.addEventListener("click", () => { flagged = !flagged; showFlag(); keep(); });
  return () => last.catch(() => { keep(); return last; });
}

export async function review(me, attempt) {
  const own = await paper.find(me, Number(attempt));
  if (!own) return;
  if (await paper.isHandedIn(me, own)) { go(at(own, "result")); return; }
  const standing = await paper.standing(me, own);
  const done = own.questions.filter(({ place }) => hasChoice(standing[place])).length;
  const title = fill(words.answered, { done, count: own.questions.length });
  const isWhole = done === own.questions.length;
  const body = taskPage({
    title, where: words.review, back: at(own, own.questions.length),
    act: label(isWhole ? "act-hand-in" : "act-gaps"),
    onAct: async () => { await paper.handIn(me, own); go(at(own, "result")); },
  });
  body.classList.add("flow");
  const heading = document.createElement("h1");
  heading.textContent = title;
  const list = own.questions.map(({ place }) => {
    const held = standing[place];
    return row(fill(words.questionRow, { place }), held.state && clone(`mark-${held.state}`), at(own, place),
      held.flagged && "pill-flagged", hasChoice(held) ? "pill-chosen" : "pill-not-chosen");
  });
  body.append(heading, ...(isWhole ? [] : [clone("gaps")]), rows(list));
}

export async function handedIn(me, attempt) {
  const own = await paper.find(me, Number(attempt));
  if (!own || !(await paper.isHandedIn(me, own))) return;
  listPage(words.quiz).append(clone("handed-in"));
}
