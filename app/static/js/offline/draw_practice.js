// Practising without network: the practice phone as the server drew it, played by its own script. Each tap is kept here as it
// is made; the server judges the run when the taps have arrived.
import { clone, drawn, fill, row, rows, sayNotKept, taskPage, words } from "./page_parts.js";
import { add, operations, take } from "./store.js";
import { lostOf } from "./things.js";

const packed = async (me, module) => await take(me, `pack/${module}/${document.documentElement.lang}/scenarios`) ?? [];
const ofModule = (module) => `/learn/${module}`;
const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

// Whether a tap ended its run, by the screens on a page that the server drew.
function isLast(page, { screen, choice }) {
  const named = (name) => page.querySelector(`template[data-screen="${name}"]`);
  const button = named(screen)?.content.querySelector(`button[value="${choice}"]`);
  return named(button?.dataset.to)?.dataset.kind === "end";
}

// The newest run of a scenario on this device. `isHere`: none of it has left, so that nobody can have gone on with it elsewhere.
function newestRun(done, { scenario, html }) {
  const mine = done.filter(({ body }) => body.kind === "taps" && body.scenario === scenario);
  if (!mine.length) return null;
  const { state, body: { run } } = mine.at(-1);
  const kept = mine.filter(({ body }) => body.run === run);
  const taps = kept.flatMap(({ body }) => body.taps).sort((one, other) => one.seq - other.seq);
  const isHere = kept.every((each) => each.state === "waiting");
  return { run, taps, state, isHere, isOver: isLast(parsed(html), taps.at(-1)), lost: lostOf(kept) };
}

function stateOf(run) {
  if (run?.lost) return "mark-refused";
  if (run?.isOver) return `mark-${run.state}`;
  return run?.isHere && "pill-in-hand";
}

/** The scenarios of a module, as a part of its page; nothing where it has none. */
export async function practice(me, module) {
  const all = await packed(me, module);
  if (!all.length) return [];
  const done = await operations(me);
  const listed = all.map((each) => {
    const run = newestRun(done, each);
    const meta = run?.lost ? fill(words.lostTaps, run.lost) : fill(words.minutes, { count: each.minutes });
    return row(each.title, meta, `/practice/${module}/${each.key}`, stateOf(run));
  });
  return [clone("practice-head"), rows(listed)];
}

export async function practicePage(me, module, key) {
  const found = (await packed(me, module)).find((each) => each.key === key);
  if (!found) return;
  const run = newestRun(await operations(me), found);
  const isAgain = new URLSearchParams(location.search).has("again");
  const goesOn = !isAgain && run?.isHere && !run.isOver;
  const body = taskPage({ title: found.title, where: "", back: ofModule(module) });
  document.querySelector("[data-where]").append(clone("practice-where"));
  body.append(...drawn(found.html));
  body.querySelector("[name=run]").value = goesOn ? run.run : crypto.randomUUID();
  const { begin } = await import("../practice.js"); // only now: it takes the page as it finds it
  begin({ before: goesOn ? run.taps : [], take: keeper(me, module, found) });
}

// Taps are kept one after the other, in their order; one that found no room is tried again with the next.
function keeper(me, module, { key, scenario, title }) {
  const unkept = [];
  let last = Promise.resolve();
  const keep = async () => {
    for (; unkept.length; unkept.shift()) {
      const { run, ...tap } = unkept[0];
      await add(me, { kind: "taps", module, name: key, title, scenario, run, taps: [tap] }, tap.op_id);
    }
  };
  const say = (mark) => document.querySelector("#state").replaceChildren(clone(mark));
  return (tap) => {
    unkept.push(tap);
    last = last.then(keep).then(() => say("mark-waiting"), () => { say("mark-not-kept"); sayNotKept(); });
    // Opened again, this page goes on where the run is; a run that is over is found on the module's page.
    history.replaceState(null, "", isLast(document, tap) ? ofModule(module) : location.pathname);
    return true;
  };
}
