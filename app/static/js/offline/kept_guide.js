// The pocket guide on this device: once for all its modules, in each language, as long as one of them is here.
import { ask } from "./ask.js";
import { mine, names, put, remove, take } from "./store.js";

const FOLDER = "guide/";

/** The guide's pages in a language by their addresses, as the server drew them; undefined where none is kept. */
export const pages = (me, language) => take(me, FOLDER + language);

/** Keeps the guide that the server has now, as its index tells; one that is here already stays. */
export async function keep(me, index) {
  const held = await take(me, FOLDER);
  if (held?.version === index.version) return;
  // The version comes last: what was broken off is fetched again.
  for (const part of index.parts) await put(me, FOLDER + part.name, await ask(part.url));
  await put(me, FOLDER, { version: index.version });
}

async function hasModule(me) {
  return (await names(me, "pack/")).some((name) => name.endsWith("/"));
}

/** Brings the guide up to date on a device that keeps a module. */
export async function renew() {
  const me = await mine();
  if (me && await hasModule(me)) await keep(me, await ask("/offline/guide"));
}

/** Lets the guide go with the last module. */
export async function leave(me) {
  if (!(await hasModule(me))) await remove(me, FOLDER);
}
