// On a device that keeps something: opens the store of whoever is signed in, sends what waits, says how things stand.
import { say, uneven } from "../sending.js";
import { forget, mine, note, operations, others, waiting } from "./store.js";
import { flush, unlock } from "./sync.js";
import { things } from "./things.js";
import { wakeLater } from "./wake.js";

const words = document.querySelector("meta[name=offline]").dataset;
const isQuiz = /^\/(attempts|quiz)\//.test(location.pathname);
const WAITS = [2, 5, 15, 30, 60, 120];

// A question's page has its own line; elsewhere this one stands on top.
function tell(kind, text, more) {
  const line = document.querySelector("#unsent") ?? document.createElement("p");
  line.id = "unsent";
  line.dataset.sprite = words.sprite;
  line.setAttribute("role", "status");
  say(line, kind, text, more);
  if (!line.isConnected) (document.querySelector("#main .col, .col#main, .split-form, #main"))?.prepend(line);
}

const counted = (one, many, count) => (count === 1 ? one : many.replace("{count}", count));

// What was refused is told until its owner has looked at it; a line that says what waits is no longer true.
async function tellOfRefused(me) {
  const isNew = me && (await operations(me)).some((each) => each.state === "refused" && !each.isSeen);
  if (isNew && !isQuiz) tell("offline", words.refused, { icon: "triangle-alert", link: [words.refusedLink, "/me#work"] });
  else document.querySelector("#unsent.state-retrying")?.remove();
}

async function waitingHere(me) {
  return me ? things(await waiting(me)).length : 0;
}

/** Sends what waits, then again after a while as long as something does; each wait is a little different. */
async function send(tries = 0) {
  const me = await mine();
  const rows = me ? await operations(me) : [];
  if (!me || rows.some((each) => each.state === "waiting" || each.state === "sent")) {
    try {
      const { sent, at } = await flush();
      dispatchEvent(new Event("store-changed"));
      if (sent && !isQuiz) tell("saved", words.sent.replace("{at}", at));
    } catch {
      // Nothing is said to be sent: the line below tells what waits.
    }
  }
  const left = await waitingHere(await mine());
  if (!left) {
    await tellOfRefused(await mine());
    return;
  }
  if (!isQuiz) tell("retrying", counted(words.unsentOne, words.unsent, left));
  wakeLater();
  setTimeout(() => send(tries + 1), uneven(1000 * WAITS[Math.min(tries, WAITS.length - 1)]));
}

async function tellOfOthers() {
  const count = await others(await mine());
  if (count && !(await waitingHere(await mine()))) tell("saved", counted(words.othersOne, words.others, count), { icon: "info" });
}

// The key of whoever was here before dies, also when the network goes before the reader's own has come.
async function openMine() {
  const me = await mine();
  const { lang } = document.documentElement;
  if (me?.owner !== words.owner) await forget();
  else if (me.envelope) return me.language === lang ? undefined : note(me, { language: lang });
  return unlock().catch(() => {});
}

/** Does what this page's place asks for: nobody, shared, plain or own. */
export async function begin(place) {
  if (place === "own") {
    await openMine();
    await send();
    addEventListener("online", () => send());
    if (location.pathname === "/guide") import("./kept_guide.js").then((guide) => guide.renew()).catch(() => {});
  } else await forget();
  await tellOfOthers();
}

export { forget };
