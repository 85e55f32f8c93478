// A link is handed to the phone's own share sheet where there is one, else copied; without either the button stays away
// and the address stands on the page.
for (const button of document.querySelectorAll("[data-share]")) {
  const { share: url, title, copied, copyWords } = button.dataset;
  const words = button.querySelector("span");
  const canShare = typeof navigator.share === "function";
  if (!canShare && !navigator.clipboard) continue;
  if (!canShare) words.textContent = copyWords;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (canShare) {
        await navigator.share({ title, url });
      } else {
        await navigator.clipboard.writeText(url);
        words.textContent = copied;
      }
    } catch {
      // Closed without choosing anybody, or copying refused: the address stands on the page.
    }
  });
}
