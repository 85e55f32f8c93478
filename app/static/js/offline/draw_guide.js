// The pocket guide without network: the server's own pages, in the reader's language.
import { pages } from "./kept_guide.js";
import { drawn, drawnPage } from "./page_parts.js";

const { search } = document.querySelector("#frame-page").dataset;

export async function guidePage(me) {
  const page = (await pages(me, document.documentElement.lang))?.[location.pathname];
  if (!page) return;
  const body = drawnPage(page.title);
  body.append(...drawn(page.html));
  const box = body.querySelector("[data-find]");
  if (box) await find(box);
  // What the address points at was not here when the page came.
  if (location.hash) location.replace(location.hash);
}

// The search of the page with network takes hold of what stands there when it comes.
async function find(box) {
  await import(search);
  box.value = new URLSearchParams(location.search).get("q") ?? "";
  box.dispatchEvent(new Event("input"));
}
