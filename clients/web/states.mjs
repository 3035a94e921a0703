/* Writes dist-states/index.html: the alert in every state, drawn in place. It needs Node.js and no package. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";

const here = (path) => new URL(path, import.meta.url).pathname;
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));
const typologies = Object.keys(json("../icons.json"));
const golden = readdirSync(here("../golden")).filter((name) => name.endsWith(".json")).sort().map((name) => ({ name: basename(name, ".json"), ...json(`../golden/${name}`) }));

const LANGUAGES = { English: "interstitial", Arabic: "arabic", Chinese: "chinese" };
const MODES = ["banner", "dialog", "interstitial"];
const SEVERITIES = ["info", "caution", "high", "critical"];
const STATUSES = ["official", "draft", "machine", "sample"];
const HELD = { "at once": [0, "none"], "wait and box": [10, "checkbox"] };

const escaped = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
const figure = (alert, theme, caption) =>
  `<figure class="${theme}"><forewarn-alert placement="inline" theme="${theme}" alert="${escaped(JSON.stringify(alert))}"></forewarn-alert><figcaption>${escaped(caption)}</figcaption></figure>`;
const section = (title, figures) => `<section id="${escaped(title)}"><h2>${escaped(title)}</h2><div>${figures.join("")}</div></section>`;

const sections = [];
for (const [language, name] of Object.entries(LANGUAGES)) {
  const { alert } = golden.find((one) => one.name === name);
  for (const mode of MODES) {
    const figures = [];
    for (const severity of SEVERITIES) for (const text_status of STATUSES) for (const [held, [min_display_seconds, acknowledge]] of Object.entries(HELD)) {
      const typology = typologies[(figures.length / 2) % typologies.length];
      const source = text_status === "official" ? "Example Police" : null;
      const state = { ...alert, severity, typology, text_status, source, presentation: { mode, min_display_seconds, acknowledge } };
      for (const theme of ["light", "dark"]) figures.push(figure(state, theme, `${severity}, ${text_status}, ${held}, ${theme}`));
    }
    sections.push([`${language}, ${mode}`, figures]);
  }
}
sections.push(["Cases of clients/golden", golden.map(({ name, alert, about }) => figure(alert, "light", `${name}: ${about}`))]);

const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>The alert in every state</title>
<style>
  body { margin: 1rem; font: 16px/1.5 system-ui, sans-serif; }
  section { content-visibility: auto; contain-intrinsic-height: 12000px; }
  section > div { display: grid; grid-template-columns: repeat(auto-fill, 360px); gap: 1rem; align-items: start; }
  figure { margin: 0; border: 1px solid #888; }
  figcaption { padding: 0.25rem 0.5rem; font-size: 0.8125rem; color: #000; background: #eee; overflow-wrap: anywhere; }
</style>
<h1>The alert in every state</h1>
<nav><ul>${sections.map(([title]) => `<li><a href="#${escaped(title)}">${escaped(title)}</a></li>`).join("")}</ul></nav>
${sections.map(([title, figures]) => section(title, figures)).join("\n")}
<script src="forewarn-alert.all.js"></script>
</html>
`;
rmSync(here("dist-states"), { recursive: true, force: true });
mkdirSync(here("dist-states"));
copyFileSync(here("dist/forewarn-alert.all.js"), here("dist-states/forewarn-alert.all.js"));
writeFileSync(here("dist-states/index.html"), page);
