// Copies the few front-end files that come from other people into the tree, and writes down what was copied.
// Run `npm install --no-package-lock && npm run vendor` after a change of a pin; the copies are committed.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const STATIC = "app/static";
const pins = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).devDependencies;

// The icons in use, under the names they have in lucide. A name that no template uses is taken out.
const ICONS = [
  "arrow-down", "arrow-left", "arrow-right", "arrow-up", "award", "bell", "book-open", "building-2", "calendar",
  "chart-column", "check", "chevron-right", "circle-help", "clipboard-list", "clock", "cloud-off", "copy", "download",
  "file-check", "file-text", "flag", "frown", "gauge", "globe", "info", "key-round", "link", "log-out", "meh", "menu",
  "pencil", "phone", "plus", "printer", "refresh-cw", "rotate-ccw", "search", "send", "settings", "smile", "trash-2",
  "triangle-alert", "undo-2", "upload", "user", "users", "x",
];

// Our own shapes: the five states (design 7). Each differs in outline, so that colour is never alone.
const SHAPES = {
  "st-done": '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M9 1a8 8 0 1 1 0 16A8 8 0 0 1 9 1zm4.98 5.3a.95.95 0 0 0-1.36-.08L7.86 10.5 5.5 8.2a.95.95 0 1 0-1.33 1.36l3 2.93c.36.35.93.36 1.3.03l5.43-4.87a.95.95 0 0 0 .08-1.35z"/>',
  "st-learning": '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M9 1a8 8 0 1 1 0 16A8 8 0 0 1 9 1zm0 1.8a6.2 6.2 0 0 0 0 12.4A6.2 6.2 0 0 0 9 2.8zM9 4.4a4.6 4.6 0 0 1 0 9.2z"/>',
  "st-none": '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M9 1a8 8 0 1 1 0 16A8 8 0 0 1 9 1zm0 1.8a6.2 6.2 0 0 0 0 12.4A6.2 6.2 0 0 0 9 2.8z"/>',
  "st-overdue": '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M7.7 1.95a1.5 1.5 0 0 1 2.6 0l7 12.2a1.5 1.5 0 0 1-1.3 2.25H2a1.5 1.5 0 0 1-1.3-2.25zM9 5.6a1 1 0 0 0-1 1.06l.2 3.6a.8.8 0 0 0 1.6 0l.2-3.6A1 1 0 0 0 9 5.6zm0 6.5a1.05 1.05 0 1 0 0 2.1 1.05 1.05 0 0 0 0-2.1z"/>',
  "st-failed": '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M5 1h8a4 4 0 0 1 4 4v8a4 4 0 0 1-4 4H5a4 4 0 0 1-4-4V5a4 4 0 0 1 4-4zm.9 3.4a.8.8 0 0 0-1.6 0v3c0 .44.36.8.8.8h3a.8.8 0 0 0 0-1.6H7.2A3 3 0 1 1 6.3 11a.8.8 0 1 0-1.36.86A4.6 4.6 0 1 0 5.9 5.5z"/>',
  "st-void": '<path fill="currentColor" stroke="none" fill-rule="evenodd" d="M9 1a8 8 0 1 1 0 16A8 8 0 0 1 9 1zM6.3 5.2a.8.8 0 0 0-1.1 1.1L7.9 9l-2.7 2.7a.8.8 0 0 0 1.1 1.1L9 10.1l2.7 2.7a.8.8 0 0 0 1.1-1.1L10.1 9l2.7-2.7a.8.8 0 0 0-1.1-1.1L9 7.9z"/>',
};

const copied = [];
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");
const note = (from, bytes, to) => copied.push(`${hash(bytes)}  ${from}  ->  ${to}`);

function read(name, file) {
  const found = JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version;
  if (found !== pins[name]) throw new Error(`${name} is ${found}, pinned is ${pins[name]}`);
  return readFileSync(join(ROOT, "node_modules", name, file));
}

function write(to, text) {
  mkdirSync(dirname(join(ROOT, to)), { recursive: true });
  writeFileSync(join(ROOT, to), text);
}

function symbol(name) {
  const file = `icons/${name}.svg`;
  const bytes = read("lucide-static", file);
  note(`lucide-static@${pins["lucide-static"]}/${file}`, bytes, `sprite.svg#${name}`);
  const inner = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(bytes.toString("utf8"))[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
}

const shapes = Object.entries(SHAPES).map(([name, inner]) => `<symbol id="${name}" viewBox="0 0 18 18">${inner}</symbol>`);
const sprite = [...shapes, ...ICONS.map(symbol)].join("\n");
write(`${STATIC}/icons/sprite.svg`, `<svg xmlns="http://www.w3.org/2000/svg">\n${sprite}\n</svg>\n`);

const licence = read("lucide-static", "LICENSE");
note(`lucide-static@${pins["lucide-static"]}/LICENSE`, licence, "LICENSE-lucide.txt");
write(`${STATIC}/icons/LICENSE-lucide.txt`, licence);

// scripts/fonts.py cuts these down; their hashes say from which bytes it did.
for (const [name, to] of [["@expo-google-fonts/be-vietnam-pro", "be-vietnam-pro-*.woff2"], ["@expo-google-fonts/tinos", "Tinos-*.ttf"]]) {
  for (const folder of readdirSync(join(ROOT, "node_modules", name)).sort()) {
    if (!/^(400Regular|600SemiBold|700Bold|800ExtraBold|400Regular_Italic)$/.test(folder)) continue;
    if (name.endsWith("pro") && /700Bold|Italic/.test(folder)) continue;
    const file = readdirSync(join(ROOT, "node_modules", name, folder)).find((each) => each.endsWith(".ttf"));
    note(`${name}@${pins[name]}/${folder}/${file}`, read(name, `${folder}/${file}`), to);
  }
}

write(`${STATIC}/vendor/MANIFEST.txt`, `sha256 of each file taken from a package, where it came from, where it went\n${copied.join("\n")}\n`);
console.log(`${copied.length} files from ${Object.keys(pins).length} packages`);
