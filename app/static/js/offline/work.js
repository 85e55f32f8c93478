// "Của tôi": what was done on this device without network, the newest first, each with its mark.
import { offer } from "./rescue.js";
import { mine, operations } from "./store.js";

const SHOWN = 20;
const box = document.querySelector("#work");
const words = box.dataset;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const clone = (id) => document.querySelector(`template#${id}`).content.cloneNode(true);
const TITLES = { answer: words.question, card: words.card, hand_in: words.handIn, taps: words.practice };
const REFUSED = { taps: words.refusedPractice };
const STATES = ["refused", "waiting", "sent", "confirmed"];
const isBehind = (one, other) => STATES.indexOf(one.state) < STATES.indexOf(other.state);

// The taps of one run are one piece of work, which has come as far as the last of them to go.
function pieces(done) {
  const found = new Map();
  for (const each of done) {
    const name = each.body.run ?? each.op_id;
    const before = found.get(name);
    found.delete(name); // so that a run stands where its newest tap does
    found.set(name, before && isBehind(before, each) ? before : each);
  }
  return [...found.values()];
}

function row({ body, state, at, late }) {
  const made = clone("row");
  const link = made.querySelector("a"); // a row without an address is no link
  const meta = [at && fill(words.sent, { at }), late && words.late, state === "refused" && REFUSED[body.kind]].filter(Boolean);
  made.querySelector(".row-title").textContent = fill(TITLES[body.kind], body);
  made.querySelector(".row-meta").textContent = meta.join(" · ");
  link.append(clone(`mark-${state}`));
  return made;
}

async function show() {
  const me = await mine();
  const done = me ? pieces(await operations(me)).reverse() : [];
  box.querySelector("ul").replaceChildren(...done.slice(0, SHOWN).map(row));
  if (done.length > SHOWN) box.querySelector("[data-count]").textContent = `${SHOWN}/${done.length}`;
  box.hidden = !done.length;
  await offer(box.querySelector("[data-rescue]"));
}

addEventListener("store-changed", show); // said by keeper.js when something has been sent
await show();
