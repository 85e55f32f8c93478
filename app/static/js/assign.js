// The assign wizard's first page: how many people are chosen is counted again as boxes are ticked.
const form = document.querySelector("[data-reach]");
const shown = document.querySelector("#reach");
if (form && shown) {
  for (const button of form.querySelectorAll("[data-recount]")) button.hidden = true;
  let latest = 0;
  form.addEventListener("change", async (event) => {
    if (event.target.type !== "checkbox") return;
    const turn = ++latest;
    const asked = new URLSearchParams(new FormData(form));
    asked.set("step", "who");
    const answer = await fetch(`${form.action}?${asked}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const counted = page.querySelector("#reach");
    // A slow answer to an older tick must not overwrite a newer one.
    if (turn === latest && counted) shown.innerHTML = counted.innerHTML;
  });
}
