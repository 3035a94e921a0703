/* Writes dist/. What it writes is committed, so that nobody needs Node.js to use or test it. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { build, transformSync } from "esbuild";

const here = (path) => new URL(path, import.meta.url).pathname;
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));

const { version } = json("package.json");
const words = Object.fromEntries(readdirSync(here("../words")).sort().map((name) => [basename(name, ".json"), json(`../words/${name}`)]));
const icons = Object.fromEntries(Object.entries(json("../icons.json")).map(([typology, { paths }]) => [typology, paths]));

/* The style sheet: each token as a private custom property, then alert.css. */
const { light, dark, shape, type } = json("tokens.json");
const colour = (name) => {
  const [day, night] = [light, dark].map((group) => group[name].$value);
  return typeof day === "string" ? `var(--_${/\.([\w-]+)}$/.exec(day)[1]})` : `light-dark(${day.hex},${night.hex})`;
};
const size = (name) => shape[name].$value.value + shape[name].$value.unit;
const declared = (group, value) => Object.keys(group).filter((name) => !name.startsWith("$")).map((name) => `--_${name}:var(--forewarn-${name},${value(name)});`).join("");
const tokens = `.alert{${declared(light, colour)}${declared(shape, size)}${declared(type, (name) => type[name].$value.join())}}`;
const css = tokens + readFileSync(here("src/alert.css"), "utf8");
const style = transformSync(css, { loader: "css", minify: true, target: ["chrome111", "firefox115", "safari16.4"] }).code.trim();

/* The words that a file carries, and how it loads the others. */
const wordsPlugin = (bundled) => ({
  name: "words",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^forewarn:words$/ }, ({ path }) => ({ path, namespace: "words" }));
    onResolve({ filter: /^\.\/words\// }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "words" }, () => {
      const loaders = Object.keys(words).filter((tag) => !bundled.includes(tag)).map((tag) => `${JSON.stringify(tag)}: () => import("./words/${tag}.js"),`);
      const own = Object.fromEntries(bundled.map((tag) => [tag, words[tag]]));
      return { contents: `export const bundled = ${JSON.stringify(own)}; export const loaders = {${loaders.join("")}};` };
    });
  },
});

const shared = {
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "none",
  entryPoints: [here("src/forewarn-alert.ts")],
  banner: { js: `/* @forewarn/alert ${version}. Apache-2.0. */` },
  define: { VERSION: JSON.stringify(version), STYLE: JSON.stringify(style), ICONS: JSON.stringify(icons) },
};

rmSync(here("dist"), { recursive: true, force: true });
mkdirSync(here("dist/words"), { recursive: true });
for (const [tag, own] of Object.entries(words)) writeFileSync(here(`dist/words/${tag}.js`), `export default ${JSON.stringify(own)};\n`);
await build({ ...shared, format: "esm", outfile: here("dist/forewarn-alert.js"), plugins: [wordsPlugin(["en"])] });
await build({ ...shared, format: "iife", outfile: here("dist/forewarn-alert.all.js"), plugins: [wordsPlugin(Object.keys(words))] });
