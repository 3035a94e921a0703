/* Writes dist-states/: the alert in every state, drawn in place, a page for each language and mode. It needs no package. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const here = (path) => new URL(path, import.meta.url).pathname;
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));
const typologies = Object.keys(json("../icons.json"));
const golden = readdirSync(here("../golden"))
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => ({ name: basename(name, ".json"), ...json(`../golden/${name}`) }));

const LANGUAGES = { English: "interstitial", Arabic: "arabic", Chinese: "chinese" };
const MODES = ["banner", "dialog", "interstitial"];
const SEVERITIES = ["info", "caution", "high", "critical"];
const STATUSES = ["official", "draft", "machine", "sample"];
const HELD = { "at once": [0, "none"], "wait and box": [10, "checkbox"] };

const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const figure = (alert, theme, caption) =>
  `<figure class="${theme}"><forewarn-alert placement="inline" theme="${theme}" alert="${escaped(JSON.stringify(alert))}"></forewarn-alert><figcaption>${escaped(caption)}</figcaption></figure>`;

const sections = [];
for (const [language, name] of Object.entries(LANGUAGES)) {
  const { alert } = golden.find((one) => one.name === name);
  for (const mode of MODES) {
    const figures = [];
    for (const severity of SEVERITIES)
      for (const text_status of STATUSES)
        for (const [held, [min_display_seconds, acknowledge]] of Object.entries(HELD)) {
          const typology = typologies[(figures.length / 2) % typologies.length];
          const source = text_status === "official" ? "Example Police" : null;
          const state = {
            ...alert,
            severity,
            typology,
            text_status,
            source,
            presentation: { mode, min_display_seconds, acknowledge },
          };
          for (const theme of ["light", "dark"])
            figures.push(figure(state, theme, `${severity}, ${text_status}, ${held}, ${theme}`));
        }
    sections.push([`${language}, ${mode}`, figures]);
  }
}
sections.push([
  "Cases of clients/golden",
  golden.map(({ name, alert, about }) => figure(alert, "light", `${name}: ${about}`)),
]);

const file = (title) => `${title.toLowerCase().replace(/\W+/g, "-")}.html`;
const page = (title, figures) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
  body { margin: 1rem; font: 16px/1.5 system-ui, sans-serif; }
  nav { margin-block-end: 1rem; }
  main { display: grid; grid-template-columns: repeat(auto-fill, 360px); gap: 1rem; align-items: start; }
  figure { margin: 0; border: 1px solid #888; overflow: hidden; } /* so that the bar sticks to it and not to the window */
  figcaption { padding: 0.25rem 0.5rem; font-size: 0.8125rem; color: #000; background: #eee; overflow-wrap: anywhere; }
</style>
<h1>${escaped(title)}</h1>
<nav>${sections.map(([other]) => `<a href="${file(other)}">${escaped(other)}</a>`).join(" · ")}</nav>
<main>${figures.join("")}</main>
<script src="forewarn-alert.all.js"></script>
</html>
`;
rmSync(here("dist-states"), { recursive: true, force: true });
mkdirSync(here("dist-states"));
copyFileSync(here("dist/forewarn-alert.all.js"), here("dist-states/forewarn-alert.all.js"));
for (const [title, figures] of [["The alert in every state", []], ...sections])
  writeFileSync(here(`dist-states/${figures.length ? file(title) : "index.html"}`), page(title, figures));
