// What every page does for the app on this device: it keeps the shell up to date, never in the middle of a quiz.

const isOwn = document.querySelector("meta[name=offline]").content === "own";
const isQuiz = /^\/(attempts|quiz)\//.test(location.pathname);

async function keepShell() {
  const registration = await navigator.serviceWorker.register("/sw.js", { type: "module", updateViaCache: "none" });
  if (!isQuiz) registration.waiting?.postMessage("take over");
}

// After the page itself, so that its own files come first on a weak network.
if (isOwn && "serviceWorker" in navigator) addEventListener("load", () => keepShell().catch(() => {}));
