// The time of a timed quiz: counted down from what the server said, never from this device's date. Without this file the
// page says until when, and the server ends the attempt.

const line = document.getElementById("left");
const words = line.dataset;
const count = line.querySelector("[data-count]");
const said = document.getElementById("left-said");
const WARN_AT = [1, 5];
const warnedKey = `warned ${location.pathname.split("/")[2]}`;
const MINUTE = 60000;

// performance.now() at which the server's words came; what the page took to load is given to the person.
words.since = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;

const left = () => Number(words.left) - (performance.now() - Number(words.since));

function inWords(milliseconds) {
  const minutes = Math.ceil(milliseconds / MINUTE);
  if (milliseconds < MINUTE) return words.last;
  return minutes === 1 ? words.one : words.many.replace("{count}", minutes);
}

// Each warning once an attempt, in whatever page of it the moment comes.
function warn(milliseconds) {
  const due = WARN_AT.find((minutes) => milliseconds <= minutes * MINUTE);
  if (!due) return;
  try {
    if (Number(sessionStorage.getItem(warnedKey) ?? Infinity) <= due) return;
    sessionStorage.setItem(warnedKey, due);
  } catch {
    // A browser that keeps nothing warns once a page.
    if (said.textContent) return;
  }
  said.textContent = inWords(milliseconds);
}

function show() {
  const milliseconds = left();
  if (milliseconds <= 0) {
    clearInterval(timer);
    line.querySelector("[data-until]").hidden = true;
    count.textContent = words.up;
    said.textContent = words.up;
    document.dispatchEvent(new Event("time-up"));
    return;
  }
  const text = inWords(milliseconds);
  if (count.textContent !== text) count.textContent = text;
  warn(milliseconds);
}

// A device that slept may have stopped counting: the server is asked again.
async function askAgain() {
  if (document.visibilityState !== "visible" || left() <= 0) return;
  try {
    const answer = await fetch(location.href);
    const came = performance.now();
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("left")?.dataset;
    // No time left there: it is up, or the attempt was handed in elsewhere.
    Object.assign(words, { tick: fresh?.tick ?? words.tick, left: fresh?.left ?? 0, since: came });
    show();
  } catch {
    // No network: what this page counts is as good as it gets.
  }
}

const timer = setInterval(show, 1000);
show();
document.addEventListener("visibilitychange", askAgain);
addEventListener("pageshow", (event) => { if (event.persisted) askAgain(); });
