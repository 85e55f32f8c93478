// Draws a page without network from what the store holds, in the place of the server and in its look.
import { uneven } from "../sending.js";
import { guidePage } from "./draw_guide.js";
import { lessonPage, modulePage, home } from "./draw_learning.js";
import { practicePage } from "./draw_practice.js";
import { handedIn, question, review, start } from "./draw_quiz.js";
import { obstacle } from "./room.js";
import { mine, waiting } from "./store.js";
import { flush } from "./sync.js";
import { go, sayNotKept } from "./page_parts.js";

const ROUTES = [
  [/^\/(?:me)?$/, home],
  [/^\/learn\/([a-z0-9-]+)$/, modulePage],
  [/^\/learn\/([a-z0-9-]+)\/([a-z0-9-]+)$/, lessonPage],
  [/^\/guide(?:\/.+)?$/, guidePage],
  [/^\/practice\/([a-z0-9-]+)\/([a-z0-9-]+)$/, practicePage],
  [/^\/quiz\/([a-z0-9-]+)$/, start],
  [/^\/attempts\/(\d+)\/(\d+)$/, question],
  [/^\/attempts\/(\d+)\/(?:review|submit)$/, review],
  [/^\/attempts\/(\d+)\/result$/, handedIn],
];

async function draw() {
  const me = await mine().catch(() => undefined);
  for (const [pattern, page] of me ? ROUTES : []) {
    const found = pattern.exec(location.pathname);
    if (found) await page(me, ...found.slice(1));
  }
  if (await obstacle(WORK_BYTES)) sayNotKept(); // before the first choice, not after it
}

// As soon as there is network again what waits is sent, and the server shows the page.
async function comeBack() {
  try {
    await flush();
    const me = await mine();
    if (!(await waiting(me)).length) go(location.href);
  } catch {
    // Still no network, or one that is not ours: the page stays as it is.
    wait = Math.min(2 * wait, LONGEST);
    setTimeout(comeBack, uneven(wait));
  }
}

const WORK_BYTES = 16 * 1024;
const LONGEST = 60_000;
let wait = 4000;
addEventListener("online", comeBack);
await draw();
setTimeout(comeBack, wait);
