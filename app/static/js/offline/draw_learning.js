// Reading without network: what is on this device, a module, a card.
import { practice } from "./draw_practice.js";
import * as paper from "./paper.js";
import { clone, drawn, fill, go, listPage, row, rows, taskPage, words } from "./page_parts.js";
import { moment } from "./moment.js";
import { offer } from "./rescue.js";
import { add, names, operations, take } from "./store.js";

// A pack has its parts in each language, so that the page is in the reader's; those of earlier releases had one.
const { lang } = document.documentElement;
const part = async (me, module, name) => await take(me, `pack/${module}/${lang}/${name}`) ?? take(me, `pack/${module}/${name}`);
const index = (me, module) => take(me, `pack/${module}/`);

// How far each lesson was read on this device: the card in hand and the furthest, from 1.
async function positions(me, module) {
  const found = (await index(me, module))?.positions ?? {};
  for (const { body } of await operations(me)) {
    if (body.kind !== "card" || body.module !== module) continue;
    const before = found[body.lesson] ?? { furthest: 0 };
    found[body.lesson] = { card: body.place + 1, furthest: Math.max(before.furthest, body.place) };
  }
  return found;
}

const stateOf = (held, lesson) => (!held ? "pill-none" : held.furthest >= lesson.cards ? "pill-done" : "pill-learning");

async function pack(me, name) {
  const { module, kept_at } = await take(me, name);
  return { module, kept_at, title: (await part(me, module, "about")).title };
}

export async function home(me) {
  const kept = (await names(me, "pack/")).filter((name) => name.endsWith("/"));
  const packs = await Promise.all(kept.map((name) => pack(me, name)));
  const body = listPage(words.home);
  body.append(packs.length
    ? rows(packs.map((each) => row(each.title, fill(words.kept, { at: moment(each.kept_at) }), `/learn/${each.module}`))) : clone("home-none"), clone("rescue"));
  await offer(body.querySelector("[data-rescue]"));
}

export async function modulePage(me, module) {
  const about = await part(me, module, "about");
  if (!about) return;
  const held = await positions(me, module);
  const taken = await paper.ofModule(me, module);
  const body = listPage(about.title, about.summary);
  const lessons = about.lessons.map((lesson) => {
    const own = held[lesson.key];
    const meta = own && own.furthest < lesson.cards
      ? fill(words.read, { done: own.furthest, count: lesson.cards }) : fill(words.cards, { count: lesson.cards });
    return row(`${lesson.place}. ${lesson.title}`, `${fill(words.minutes, { count: lesson.minutes })} · ${meta}`,
      `/learn/${module}/${lesson.key}`, stateOf(own, lesson));
  });
  const meta = taken ? fill(words.taken, { at: taken.expires }) : words.untaken;
  body.append(rows(lessons), ...(await practice(me, module)), rows([row(words.quiz, meta, `/quiz/${module}`)]));
}

export async function lessonPage(me, module, key) {
  const [about, lessons] = [await part(me, module, "about"), await part(me, module, "lessons")];
  const cards = lessons?.[key];
  if (!cards) return;
  const here = `/learn/${module}/${key}`;
  const asked = Number(new URLSearchParams(location.search).get("card")) || (await positions(me, module))[key]?.card || 1;
  const following = about.lessons.find((each) => each.place === about.lessons.find((one) => one.key === key).place + 1);
  const onward = following ? `/learn/${module}/${following.key}?card=1` : `/quiz/${module}`;
  // "Tiếp" on the last card led here: the worker does not know how many there are.
  if (asked > cards.length && location.search) { go(onward); return; }
  const place = Math.min(asked, cards.length);
  const card = cards[place - 1];
  const body = taskPage({
    title: card.heading,
    where: fill(words.card, { place, count: cards.length }),
    back: place > 1 ? `${here}?card=${place - 1}` : `/learn/${module}`,
    act: words.next,
    onAct: async () => {
      // A place that cannot be kept is no reason to stop reading; the line on top says how things stand.
      await add(me, { kind: "card", module, lesson: key, place }).catch(() => {});
      go(place < cards.length ? `${here}?card=${place + 1}` : onward);
    },
  });
  body.append(...drawn(card.html));
  body.addEventListener("submit", (event) => check(event, card));
}

// A quick check answers at once; it is counted nowhere.
function check(event, card) {
  event.preventDefault();
  const html = card.answered[new FormData(event.target).get("choice")];
  if (!html) return;
  document.querySelector("#check").replaceWith(...drawn(html));
  document.querySelector("#verdict").focus();
}
