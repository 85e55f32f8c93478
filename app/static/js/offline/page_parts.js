// The parts that the pages without network are made of: the shell's own templates, filled.

export const words = document.querySelector("#words").dataset;
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function clone(id) {
  return document.querySelector(`template#${id}`).content.cloneNode(true);
}

export const label = (id) => clone(id).textContent;

/** Goes to a page; the worker answers for it when the server cannot. */
export function go(address) {
  if (address === location.href) location.reload();
  else location.assign(address);
}

function show(frame, title) {
  document.querySelector("#frame").replaceChildren(frame);
  document.title = `${title} – Sẵn Sàng`;
}

// A page with tabs; its address tells which of them it belongs to: "/" begins every one of them.
function tabbed(id) {
  const frame = clone(id);
  const isAbove = (tab) => location.pathname.startsWith(tab.getAttribute("href"));
  [...frame.querySelectorAll(".tabs a")].filter(isAbove).at(-1).setAttribute("aria-current", "page");
  document.body.classList.add("has-tabs");
  return frame;
}

/** Shows a page that the server drew whole, but for its frame; returns where its body goes. */
export function drawnPage(title) {
  const frame = tabbed("frame-page");
  const body = frame.querySelector("[data-body]");
  show(frame, title);
  return body;
}

/** Shows a page with a title and a list; returns where its body goes. */
export function listPage(title, note = "") {
  const frame = tabbed("frame-list");
  frame.querySelector("[data-title]").textContent = title;
  frame.querySelector("[data-note]").textContent = note;
  const body = frame.querySelector("[data-body]");
  show(frame, title);
  return body;
}

/** Says that this device keeps nothing more, in the place of the line that says it does. */
export function sayNotKept() {
  document.querySelector("#main .state-offline").replaceWith(clone("not-kept"));
  for (const promise of document.querySelectorAll("#main [data-promise]")) promise.remove();
}

/** Shows a page with one task: where one is, the way back, and the one act at the bottom if there is one; returns where its
 *  body goes. When `onAct` fails, something could not be kept: the page says so and stays. */
export function taskPage({ title, where, back, act, onAct }) {
  const frame = clone("frame-task");
  frame.querySelector("[data-where]").textContent = where;
  frame.querySelector("[data-back]").href = back;
  const button = frame.querySelector("[data-act]");
  if (!act) button.closest(".dock").remove();
  button.textContent = act;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await onAct();
    } catch {
      sayNotKept();
      button.disabled = false;
    }
  });
  const body = frame.querySelector("[data-body]");
  show(frame, title);
  return body;
}

/** A row of a list: its title, a word or a node below it, and pills (ids of templates) behind. */
export function row(title, meta, href, ...pills) {
  const made = clone("row");
  made.querySelector("a").href = href;
  made.querySelector(".row-title").textContent = title;
  made.querySelector(".row-meta").append(meta);
  const shown = pills.filter(Boolean);
  made.querySelector("a").append(...(shown.length ? shown : ["chevron"]).map(clone));
  return made;
}

export function rows(items) {
  const list = clone("rows");
  list.querySelector("ul").append(...items);
  return list;
}

/** Markup that the server drew and this device kept sealed, as nodes; its scripts never run. */
export function drawn(html) {
  return new DOMParser().parseFromString(html, "text/html").body.childNodes;
}
