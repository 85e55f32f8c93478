// Shows while one types only the situations in which the words stand. Without this script the button asks the server.
const box = document.querySelector("[data-find]");
const rows = [...document.querySelectorAll("[data-key]")];
const status = document.querySelector("[data-found]");

// As the server does: no marks, đ as d, nothing but letters and digits; words that follow each other before single ones.
const words = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").match(/[a-z0-9]+/g) || [];

const look = () => {
  const asked = words(box.value);
  const has = (row, part) => ` ${row.dataset.key}`.includes(` ${part}`);
  const areTogether = rows.some((row) => has(row, asked.join(" ")));
  for (const row of rows) row.hidden = !(areTogether ? has(row, asked.join(" ")) : asked.every((word) => has(row, word)));
  for (const group of document.querySelectorAll("[data-group]")) group.hidden = !group.querySelector("[data-key]:not([hidden])");
  const isEmpty = rows.every((row) => row.hidden);
  document.querySelector("[data-empty]").hidden = !isEmpty;
  status.textContent = isEmpty ? status.dataset.none : "";
};

// A page that was searched by the server holds its findings only: there the button asks again.
if (box && !box.defaultValue) box.addEventListener("input", look);
