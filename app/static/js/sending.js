// How work leaves a page: it waits until the server has it, goes in its order, and again after a while when no reply comes;
// and a line says how things stand.

const GIVE_UP_AFTER = 10_000;
const ICONS = { saved: "check", retrying: "refresh-cw", offline: "cloud-off" };
const SVG = "http://www.w3.org/2000/svg";

/** Says in a line how things stand; a `link` is its words and its address. */
export function say(line, kind, text, { icon = ICONS[kind], link } = {}) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("class", "i");
  picture.setAttribute("aria-hidden", "true");
  picture.append(document.createElementNS(SVG, "use"));
  picture.firstChild.setAttribute("href", `${line.dataset.sprite}#${icon}`);
  const said = document.createElement("span");
  said.textContent = text;
  if (link) {
    const anchor = document.createElement("a");
    [anchor.textContent, anchor.href] = link;
    said.append(" ", anchor);
  }
  line.className = `state state-${kind}`;
  line.replaceChildren(picture, said);
}

/** An id for something done here: by it the server knows what it has already. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The wait after so many failures: each twice the one before, up to the longest. */
export const backOff = (failures, longest) => Math.min(1000 * 2 ** failures, longest);

/** A wait that is a little different each time, so that a ward full of phones does not ask at once. */
export const uneven = (milliseconds) => milliseconds * (0.75 + Math.random() / 2);

/** Posts JSON. Returns `{reply}`, or `{refused}`: "signed_out", or the server's own word for why. Throws for anything else:
 *  a café's sign-in page, a broken server, silence. Whether a reply is the one that was waited for, the asker looks. */
export async function post(address, token, body) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
    redirect: "error",
    credentials: "same-origin",
    signal: AbortSignal.timeout?.(GIVE_UP_AFTER),
  });
  const { status } = response;
  const reply = await response.json().catch(() => null);
  if (status === 200) return { reply };
  const code = typeof reply?.error === "string" ? reply.error : "";
  if (status === 401 || (status === 400 && code === "form_expired")) return { refused: "signed_out" };
  if ([403, 404, 409, 422].includes(status) && code) return { refused: code };
  throw new Error(`answered ${status}`);
}

/** What waits in this tab for the server, the oldest first; a reload and a new sign-in find it again. `send` sends the first
 *  of it and throws when no reply came: then `onFailure` is called, and it is sent again after a wait up to `longest`. */
export class Queue {
  isStopped = false;
  #name;
  #how;
  #failures = 0;
  #sending = null;
  #timer = 0;

  constructor(name, how) {
    this.#name = name;
    this.#how = how;
    this.waiting = this.#read();
    addEventListener("online", () => this.flush());
    addEventListener("beforeunload", (event) => { if (this.waiting.length && !this.isStopped) event.preventDefault(); });
  }

  #read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.#name)) ?? [];
    } catch {
      return [];
    }
  }

  /** Keeps that this waits now, instead of what waited before. */
  keep(waiting) {
    this.waiting = waiting;
    try {
      if (waiting.length) sessionStorage.setItem(this.#name, JSON.stringify(waiting));
      else sessionStorage.removeItem(this.#name);
    } catch {
      // A browser that keeps nothing still sends; only a reload would lose what has not arrived.
    }
  }

  get isSending() {
    return this.#sending !== null;
  }

  /** Sends what waits, until nothing does, no reply comes or the page stops it. */
  flush() {
    clearTimeout(this.#timer);
    this.#sending ??= this.#sendAll().finally(() => { this.#sending = null; });
    return this.#sending;
  }

  async #sendAll() {
    const { send, onFailure, longest } = this.#how;
    try {
      while (this.waiting.length && !this.isStopped) {
        await send();
        this.#failures = 0;
      }
    } catch {
      await onFailure();
      this.#timer = setTimeout(() => this.flush(), uneven(backOff(this.#failures, longest)));
      this.#failures += 1;
    }
  }
}
