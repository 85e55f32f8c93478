// A quick check answers at the tap. Without this script its button sends the form and the page shows the same.

const form = document.querySelector("form[data-check]");

const answer = async () => {
  const choice = new FormData(form).get("choice");
  const card = new FormData(form).get("card");
  const address = new URL(location.pathname, location.href);
  address.search = new URLSearchParams({ card, choice });
  try {
    const response = await fetch(address);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.getElementById("check").replaceWith(page.getElementById("check"));
    document.getElementById("verdict").focus();
  } catch {
    form.submit(); // no network or a strange answer: the browser's own way shows why
  }
};

if (form) {
  // Arrow keys walk through the options, so only a tap or a click counts as an answer; keys have the button.
  let tapped = false;
  form.addEventListener("pointerdown", () => { tapped = true; });
  form.addEventListener("keydown", () => { tapped = false; });
  form.addEventListener("change", () => { if (tapped) answer(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
}
