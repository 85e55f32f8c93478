// Small things a page does better with a script. Every page works without it.

// The sentence to say can be copied; the button shows only where copying works.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }
}

// After a refused form the list of errors is read first.
const errors = document.querySelector("[data-focus]");
if (errors) errors.focus();
