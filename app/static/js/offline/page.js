// What every page does for the app on this device: it keeps the shell up to date, never in the middle of a quiz, and lets
// what the tab remembers die with the sign-in. The rest is for browsers that keep something, and comes only there.

const place = document.querySelector("meta[name=offline]").content;
const isQuiz = /^\/(attempts|quiz)\//.test(location.pathname);

function keeper() {
  try {
    return localStorage.getItem("san-sang-store") === "1" ? import("./keeper.js") : null;
  } catch {
    return null; // a browser that keeps nothing has nothing to send
  }
}

async function keepShell() {
  const registration = await navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" });
  if (!isQuiz) registration.waiting?.postMessage("take over");
}

// Before the sign-out leaves, the key and what the tab remembers are gone; what waits stays, for its owner alone.
for (const form of document.querySelectorAll("form[action='/sign-out']")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    sessionStorage.clear();
    await (await keeper())?.forget().catch(() => {});
    form.submit();
  });
}

keeper()?.then((its) => its.begin(place)).catch(() => {});
// After the page itself, so that its own files come first on a weak network.
if (place === "own" && "serviceWorker" in navigator) addEventListener("load", () => keepShell().catch(() => {}));
