// Reads the card aloud with a voice that lives on this device; where there is none for the page's language the button
// stays away, and a voice that would send the text to somebody's server is not used.
const button = document.querySelector("[data-read]");
const card = document.querySelector(".lesson");
const speech = window.speechSynthesis;
const language = document.documentElement.lang;
const [read, stop] = button ? [button.textContent, button.dataset.stop] : [];
let isReading = false;

function findVoice() {
  const own = speech.getVoices().filter((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
  return own.find((voice) => voice.default) || own[0];
}

// What is seen, one sentence's worth at a time: long texts fall silent in some browsers.
function texts() {
  return [...card.querySelectorAll("h1, .flow-s > p, .flow-s li, .dos li, blockquote, legend, .question, .opt > label")]
    .filter((each) => !each.parentElement.closest("li, blockquote"))
    .map((each) => each.textContent.replace(/\s+/g, " ").trim())
    .filter(Boolean);
}

function show(reads) {
  isReading = reads;
  button.textContent = reads ? stop : read;
}

function begin() {
  const all = texts();
  all.forEach((text, at) => {
    const part = new SpeechSynthesisUtterance(text);
    part.voice = findVoice();
    part.lang = part.voice.lang;
    part.onerror = () => show(false);
    if (at === all.length - 1) part.onend = () => show(false);
    speech.speak(part);
  });
  show(true);
}

function offer() {
  button.hidden = !findVoice();
}

if (button && speech && window.SpeechSynthesisUtterance) {
  offer();
  speech.addEventListener?.("voiceschanged", offer);
  button.addEventListener("click", () => {
    const wasReading = isReading;
    speech.cancel();
    if (wasReading) show(false);
    else begin();
  });
  // The next card begins in silence.
  addEventListener("pagehide", () => speech.cancel());
}
