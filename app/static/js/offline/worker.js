// The worker's own work: it keeps the look of three releases, and answers for the server when there is no network.
// It never keeps a page of a person: what belongs to somebody is in the sealed store alone.

import { add, mine } from "./store.js";
import { flush } from "./sync.js";

const KEPT_RELEASES = 3;
const PATIENCE = 10_000; // a navigation that hangs longer than this is a network that is not there
const CACHE = "shell-";
const OURS = /^\/($|learn\/|practice\/|quiz\/|attempts\/|me$|guide(?:$|\/cards\/|\/errors$))/;
const QUIZ = /^\/(attempts|quiz)\//;

const CARD = /^\/learn\/([a-z0-9-]+)\/([a-z0-9-]+)$/;
const QUESTION = /^\/attempts\/(\d+)\/(\d+|submit)$/;

/** Binds the worker to this release: `{release, files, shells}`, shells by language. */
export function begin({ release, files, shells }) {
  addEventListener("install", (event) => event.waitUntil(keep(release, [...files, ...Object.values(shells)])));
  addEventListener("activate", (event) => event.waitUntil(forgetOld(release)));
  addEventListener("message", (event) => { if (event.data === "take over") event.waitUntil(takeOver()); });
  addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== location.origin) return;
    if (request.method !== "GET") {
      if (request.mode === "navigate" && CARD.test(url.pathname)) event.respondWith(leave(request, url));
      if (request.mode === "navigate" && QUESTION.test(url.pathname)) event.respondWith(goOn(request, url));
    } else if (url.pathname.startsWith("/static/")) event.respondWith(fromShell(request));
    else if (request.mode === "navigate" && OURS.test(url.pathname)) event.respondWith(page(request, release, shells));
  });
  addEventListener("sync", (event) => { if (event.tag === "flush") event.waitUntil(flush()); });
}

async function keep(release, addresses) {
  const cache = await caches.open(CACHE + release);
  await cache.addAll(addresses.map((each) => new Request(each, { credentials: "omit", cache: "no-cache" })));
}

// Releases in the order in which they came to this device, the newest last; older pages still find their files.
async function forgetOld(release) {
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHE));
  const order = [...names.filter((name) => name !== CACHE + release), CACHE + release];
  await Promise.all(order.slice(0, -KEPT_RELEASES).map((name) => caches.delete(name)));
}

// A new release waits until nobody here is in a quiz: a question never changes its scripts half way (SY-06).
async function takeOver() {
  const pages = await clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!pages.some((each) => QUIZ.test(new URL(each.url).pathname))) await skipWaiting();
}

async function fromShell(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(request, release, shells) {
  try {
    return await Promise.race([fetch(request), late()]);
  } catch {
    const cache = await caches.open(CACHE + release);
    return (await cache.match(shells[await language(shells)])) ?? Response.error();
  }
}

function late() {
  return new Promise((_, reject) => { setTimeout(() => reject(new Error("no network")), PATIENCE); });
}

async function language(shells) {
  const spoken = (await mine().catch(() => undefined))?.language;
  return spoken in shells ? spoken : Object.keys(shells)[0];
}

// "Tiếp" on a card that the server did not hear: the place is kept as an operation, and the reader goes on.
async function leave(request, url) {
  const form = await request.clone().formData();
  try {
    return await Promise.race([fetch(request), late()]);
  } catch {
    const me = await mine().catch(() => undefined);
    const [, module, lesson] = CARD.exec(url.pathname);
    const place = Number(form.get("card"));
    // A place that cannot be kept is no reason to stop reading: the page that comes says how things stand.
    if (me) await add(me, { kind: "card", module, lesson, place }).catch(() => {});
    return Response.redirect(`${url.pathname}?card=${place + 1}`, 303);
  }
}

// A question left without network: its choices wait in the store already, so the reader only goes on.
async function goOn(request, url) {
  const form = await request.clone().formData();
  try {
    return await Promise.race([fetch(request), late()]);
  } catch {
    const [, attempt, place] = QUESTION.exec(url.pathname);
    const next = place === "submit" || form.get("go") === "review" ? "review" : Number(place) + 1;
    return Response.redirect(`/attempts/${attempt}/${next}`, 303);
  }
}
