// A page that waits for the worker asks again by itself, and loads itself again only when something else is there:
// so a screen reader is not thrown back to the top every few seconds. Without this script the page reloads.
const waiting = document.querySelector("[data-wait]");

const ask = async () => {
  try {
    const response = await fetch(location.href);
    const isPage = (response.headers.get("Content-Type") || "").startsWith("text/html");
    const page = isPage ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
    const now = page && page.querySelector("[data-wait]");
    if (!now) return location.reload();
    if (now.innerHTML !== waiting.innerHTML) waiting.innerHTML = now.innerHTML;
  } catch {
    // No network for a moment: the next look may have it.
  }
  return setTimeout(ask, 1000 * waiting.dataset.wait);
};

if (waiting) setTimeout(ask, 1000 * waiting.dataset.wait);
