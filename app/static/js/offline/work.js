// "Của tôi": what was done on this device without network, the newest first, each with its mark.
import { offer } from "./rescue.js";
import { mine, operations, settle } from "./store.js";
import { lostOf, things } from "./things.js";

const SHOWN = 20;
const box = document.querySelector("#work");
const words = box.dataset;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const clone = (id) => document.querySelector(`template#${id}`).content.cloneNode(true);
const TITLES = { answer: words.question, card: words.card, hand_in: words.handIn, taps: words.practice };
const STATES = ["refused", "waiting", "sent", "confirmed"];
const isBehind = (one, other) => STATES.indexOf(one.state) < STATES.indexOf(other.state);

const isRefused = ({ state }) => state === "refused";

// The last choice on a question counts; of a run every tap does, so that it has come as far as the last of them to go.
function standing(thing) {
  return thing[0].body.run ? thing.reduce((one, other) => (isBehind(one, other) ? one : other)) : thing.at(-1);
}

function row(thing) {
  const { body, state, at, late } = standing(thing);
  const lost = lostOf(thing);
  const made = clone("row");
  const link = made.querySelector("a"); // a row without an address is no link
  const meta = [at && fill(words.sent, { at }), late && words.late, lost && fill(words.lostTaps, lost)].filter(Boolean);
  made.querySelector(".row-title").textContent = fill(TITLES[body.kind], body);
  made.querySelector(".row-meta").textContent = meta.join(" · ");
  link.append(clone(`mark-${state}`));
  return made;
}

async function show() {
  const me = await mine();
  const all = me ? await operations(me) : [];
  const done = things(all).reverse();
  box.querySelector("ul").replaceChildren(...done.slice(0, SHOWN).map(row));
  if (done.length > SHOWN) box.querySelector("[data-count]").textContent = `${SHOWN}/${done.length}`;
  box.hidden = !done.length;
  await offer(box.querySelector("[data-rescue]"));
  await settle(Object.fromEntries(all.filter(isRefused).map(({ op_id }) => [op_id, { isSeen: true }])));
}

addEventListener("store-changed", show); // said by keeper.js when something has been sent
await show();
