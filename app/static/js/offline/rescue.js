// "Tải bài làm về máy": what waits on this device as one file, sealed for the server alone, for anybody to hand in (SY-08).
// The file is described beside what opens it, in app/kernel/seals.py and app/pwa/forms.py.
import { isoDay } from "./moment.js";
import { mine, waiting } from "./store.js";
import { things } from "./things.js";

const PURPOSE = new TextEncoder().encode("san-sang-rescue-1");
const MOST = 1_000_000; // bytes, and
const MOST_ROWS = 1000; // as the server takes them
const AROUND = 1000; // the envelope, the key of the letter, what AES-GCM adds
const CURVE = { name: "ECDH", namedCurve: "P-256" };

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
const joined = async (...parts) => new Uint8Array(await new Blob(parts).arrayBuffer());

/** Shows in `box` the button that saves a file, while something waits here. */
export async function offer(box) {
  const me = await mine();
  const count = me?.envelope ? (await waiting(me)).length : 0;
  box.hidden = !count;
  box.querySelector("[data-save]").onclick = () => save(box);
}

async function save(box) {
  const me = await mine();
  const work = await waiting(me);
  const rows = work.map(({ op_id, iv, data }) => ({ op_id, iv: base64(iv), data: base64(data) }));
  const fitting = oldest(rows);
  const letter = await sealed(me.server_key, JSON.stringify({ envelope: me.envelope, rows: fitting }));
  const name = `san-sang-bai-lam-${isoDay(Date.now())}.sansang`;
  hand(letter, name);
  const { savedOne, saved, part } = box.dataset;
  const [all, left] = [work, work.slice(fitting.length)].map((some) => things(some).length);
  const words = left ? part : all === 1 ? savedOne : saved;
  box.querySelector("[role=status]").textContent = fill(words, { count: all - left, all, name });
}

// The rows are plain ASCII, so that their letters are their bytes.
function oldest(rows) {
  let size = AROUND;
  const end = rows.findIndex((row) => (size += JSON.stringify(row).length + 1) > MOST);
  return rows.slice(0, Math.min(end < 0 ? rows.length : end, MOST_ROWS));
}

// A letter that only the server opens: its key comes of a pair made for it alone and of the server's public one.
async function sealed(serverKey, text) {
  const theirs = Uint8Array.from(atob(serverKey), (letter) => letter.charCodeAt(0));
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = await crypto.subtle.exportKey("raw", own.publicKey);
  const server = await crypto.subtle.importKey("raw", theirs, CURVE, false, []);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: server }, own.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const made = { name: "HKDF", hash: "SHA-256", salt: await joined(point, theirs), info: PURPOSE };
  const key = await crypto.subtle.deriveKey(made, material, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const head = await joined(PURPOSE, point);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: head }, key, new TextEncoder().encode(text));
  return new Blob([head, iv, data], { type: "application/octet-stream" });
}

function hand(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
