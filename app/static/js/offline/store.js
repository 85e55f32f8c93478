// The store of one person on this device: IndexedDB, where everything a person reads or writes is sealed (AES-GCM)
// with a key that no script can read out. Whoever signs out takes the key away and leaves only what nobody can open.

import { today, written } from "./forms.js";
import { wakeLater } from "./wake.js";

const NAME = "san-sang";
const VERSION = 1;
const FLAG = "san-sang-store"; // read by page.js, so that a browser that keeps nothing loads nothing of this

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("keys");
      asked.result.createObjectStore("things", { keyPath: ["owner", "name"] });
      asked.result.createObjectStore("operations", { keyPath: "op_id" }).createIndex("owner", "owner");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

/** Runs `work` in one transaction over `stores` and returns what its request gives. */
async function within(stores, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(stores, mode);
    const request = work(...stores.map((each) => transaction.objectStore(each)));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Writes so many bytes and takes them away again; throws where this browser keeps nothing, or has no room for them. */
export async function probe(bytes) {
  localStorage.getItem(FLAG); // refused together with cookies: then no page would look for what is kept
  const place = { owner: "", name: "probe" };
  await within(["things"], "readwrite", (things) => things.put({ ...place, data: new Uint8Array(bytes) }));
  await within(["things"], "readwrite", (things) => things.delete([place.owner, place.name]));
}

/** Whose store is open here, or undefined when its key is not on this device: `{owner, language, key}`, and what a file of
 *  work needs, `{envelope, server_key}`. */
export function mine() {
  return within(["keys"], "readonly", (keys) => keys.get("mine"));
}

/** Opens the store of the person to whom the server gave this key. */
export async function adopt({ owner, language, key, envelope, server_key }) {
  const bytes = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
  const sealed = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  const me = await note({ owner, key: sealed }, { language, envelope, server_key });
  globalThis.localStorage?.setItem(FLAG, "1"); // the worker has none; a page has set it before
  return me;
}

/** Notes more with my key: the language that my pages without network are to speak, or what a file of work needs. */
export async function note(me, more) {
  const noted = { ...me, ...more };
  await within(["keys"], "readwrite", (keys) => keys.put(noted, "mine"));
  return noted;
}

/** Lets the key die; what is sealed stays until its owner signs in again. */
export function forget() {
  return within(["keys"], "readwrite", (keys) => keys.clear());
}

/** Seals a value for its place: the same bytes elsewhere, or under another owner, do not open. */
export async function seal({ owner, key }, name, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode(`${owner}\n${name}`);
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, plain) };
}

export async function unseal({ owner, key }, name, { iv, data }) {
  const additionalData = new TextEncoder().encode(`${owner}\n${name}`);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, data);
  return JSON.parse(new TextDecoder().decode(plain));
}

export async function put(me, name, value) {
  const sealed = await seal(me, name, value);
  await within(["things"], "readwrite", (things) => things.put({ owner: me.owner, name, ...sealed }));
}

/** Returns what was put under a name; undefined when there is nothing, or nothing that this key opens. */
export async function take(me, name) {
  const found = await within(["things"], "readonly", (things) => things.get([me.owner, name]));
  try {
    return found && await unseal(me, name, found);
  } catch {
    return undefined;
  }
}

/** The names of my things that begin with `prefix`. */
export async function names(me, prefix) {
  const range = IDBKeyRange.bound([me.owner, prefix], [me.owner, `${prefix}\uffff`]);
  return (await within(["things"], "readonly", (things) => things.getAllKeys(range))).map(([, name]) => name);
}

export function remove(me, prefix) {
  const range = IDBKeyRange.bound([me.owner, prefix], [me.owner, `${prefix}\uffff`]);
  return within(["things"], "readwrite", (things) => things.delete(range));
}

/** Keeps something done as an operation that waits for its receipt; returns its id. Only its state stands open. */
export async function add(me, body, op_id = newId()) {
  const sealed = await seal(me, op_id, written(body));
  const order = performance.timeOrigin + performance.now();
  await within(["operations"], "readwrite", (operations) =>
    operations.put({ op_id, owner: me.owner, order, state: "waiting", ...sealed }));
  wakeLater();
  return op_id;
}

// Not the one of sending.js: at every visit the browser asks anew for each script that the worker imports.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** My operations in the order in which they were done, each with its `body` and its `state`:
 *  waiting (on this device), sent (the server gave a receipt), confirmed (found on record when asked again), refused
 *  (`isSeen` once its owner has been shown that). */
export async function operations(me) {
  const rows = await within(["operations"], "readonly", (all) => all.index("owner").getAll(me.owner));
  const read = await Promise.all(rows.map(async (row) => {
    try {
      return { ...row, body: today(await unseal(me, row.op_id, row)) };
    } catch {
      return null; // sealed for another device's key: whoever restored this browser from a copy
    }
  }));
  return read.filter(Boolean).sort((one, other) => one.order - other.order);
}

/** What waits here for its receipt, in the order in which it was done. */
export async function waiting(me) {
  return (await operations(me)).filter((each) => each.state === "waiting");
}

/** Writes what became of operations: `changes` by op_id. */
export function settle(changes) {
  return within(["operations"], "readwrite", (all) => {
    for (const [op_id, change] of Object.entries(changes)) {
      all.get(op_id).onsuccess = ({ target }) => {
        if (change === null) all.delete(op_id);
        else if (target.result) all.put({ ...target.result, ...change });
      };
    }
  });
}

/** How many other people have work waiting here: no more than that can be said of it. */
export async function others(me) {
  const rows = await within(["operations"], "readonly", (all) => all.getAll());
  return new Set(rows.filter((row) => row.state === "waiting" && row.owner !== me?.owner).map((row) => row.owner)).size;
}
