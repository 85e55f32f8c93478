// The assign wizard. Its first page: how many people are chosen is counted again as boxes are ticked.
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

// The second page: a path ticks its modules, and one of them taken out unticks the path. Without this file the path is
// a choice of its own, which the server expands.
const box = (id) => document.getElementById(`module-${id}`);
const modulesOf = (path) => path.dataset.modules.split(" ").map(box).filter(Boolean);
const paths = [...document.querySelectorAll("[data-modules]")];
const isMeant = (module) => paths.some((path) => path.checked && modulesOf(path).includes(module));

document.addEventListener("change", ({ target }) => {
  if (paths.includes(target)) for (const module of modulesOf(target)) module.checked = isMeant(module);
  else if (!target.checked) for (const path of paths) if (modulesOf(path).includes(target)) path.checked = false;
});
for (const path of paths) if (path.checked) for (const module of modulesOf(path)) module.checked = true;
