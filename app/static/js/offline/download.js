// "Tải về máy": the size first, then the module in parts, sealed in the store of this person on this device.
import * as store from "./store.js";

const box = document.querySelector("#download");
const words = box.dataset;
const [get, drop, line] = ["get", "drop", "say"].map((name) => box.querySelector(`[data-${name}]`));
const folder = `pack/${words.module}/`;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const say = (text, values = {}) => { line.textContent = fill(text, values); };

function sized(bytes) {
  const kilobytes = Math.max(1, Math.round(bytes / 1024));
  if (kilobytes < 1024) return `${kilobytes} KB`;
  return `${(kilobytes / 1024).toLocaleString(words.language, { maximumFractionDigits: 1 })} MB`;
}

async function ask(address, more = {}) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error", ...more });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return response.json();
}

// The key is asked for at the first download, and again after each sign-in.
async function me() {
  const held = await store.mine();
  if (held) return held;
  const token = document.querySelector("[name=csrf_token]").value;
  return store.adopt(await ask(words.key, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } }));
}

async function hasRoom(bytes) {
  const room = await navigator.storage?.estimate?.();
  return !room || room.quota - room.usage > 2 * bytes;
}

async function download() {
  get.disabled = true;
  say(words.busy);
  try {
    const index = await ask(words.pack);
    if (!(await hasRoom(index.bytes))) return say(words.full);
    const own = await me();
    await navigator.storage?.persist?.();
    // The index comes last: a pack without one is not there.
    for (const part of index.parts) await store.put(own, folder + part.name, await ask(part.url));
    await store.put(own, folder, { ...index, kept_at: Date.now() });
    await show();
  } catch {
    say(words.failed);
  } finally {
    get.disabled = false;
  }
  return undefined;
}

async function show() {
  const held = await store.mine();
  const kept = held && await store.take(held, folder);
  drop.hidden = !kept;
  get.hidden = Boolean(kept);
  if (kept) {
    const at = new Date(kept.kept_at).toLocaleString(words.language, { dateStyle: "short", timeStyle: "short" });
    say(words.kept, { at, size: sized(kept.bytes) });
  }
  const index = await ask(words.pack).catch(() => null);
  if (index && !kept) say(words.size, { size: sized(index.bytes) });
  if (index && kept && (index.version !== kept.version || index.language !== kept.language)) {
    say(words.newer);
    get.hidden = false;
  }
}

get.addEventListener("click", download);
drop.addEventListener("click", async () => {
  await store.remove(await store.mine(), folder);
  await show();
});
box.hidden = false;
try {
  await show();
} catch {
  say(words.private); // a private window: said before anything is learned, not after (SY-05)
  get.hidden = true;
}
