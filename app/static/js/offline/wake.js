// Where the browser can, it wakes the worker as soon as there is network, also after the page was closed.

/** Asks to be woken for what waits; a browser that cannot sends it when a page is opened again. */
export async function wakeLater() {
  const registration = self.registration ?? await navigator.serviceWorker?.ready;
  await registration?.sync?.register("flush").catch(() => {}); // refused in a private window, for example
}
