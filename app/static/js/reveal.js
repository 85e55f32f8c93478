// Lets people look at the password they are typing; without this script the field simply stays covered.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const words = [button.textContent, button.dataset.hide];
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.textContent = words[shown ? 0 : 1];
  });
  // Sent covered, so that the browser does not remember it as plain text.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
