/* Writes dist/. `npm run build` runs it; what it writes is committed, so that nobody needs Node.js to use or test it. */
import { readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { basename } from "node:path";
import { build, transformSync } from "esbuild";

const here = (path) => new URL(path, import.meta.url).pathname;
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));
const { version } = json("package.json");
const languages = readdirSync(here("../words")).map((name) => basename(name, ".json")).sort();

/* The style sheet: the tokens as custom properties, then alert.css. */
const tokens = json("tokens.json");
const css = readFileSync(here("src/alert.css"), "utf8");
const style = transformSync(css, { loader: "css", minify: true, target: ["chrome111", "firefox115", "safari16.4"] }).code.trim();

const shared = {
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "none",
  define: { VERSION: JSON.stringify(version), STYLE: JSON.stringify(style), LANGUAGES: JSON.stringify(languages) },
};
const banner = { js: `/* @forewarn/alert ${version}. Apache-2.0. */` };

rmSync(here("dist"), { recursive: true, force: true });
mkdirSync(here("dist/words"), { recursive: true });
for (const language of languages) {
  writeFileSync(here(`dist/words/${language}.js`), `export default ${JSON.stringify(json(`../words/${language}.json`))};\n`);
}
await build({ ...shared, banner, entryPoints: [here("src/forewarn-alert.ts")], format: "esm", outfile: here("dist/forewarn-alert.js"), external: ["./words/*"] });
