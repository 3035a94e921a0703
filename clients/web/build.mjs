/* Writes dist/. What it writes is committed, so that nobody needs Node.js to use or test it. With --check it writes nothing, and
   fails if dist/ is not what the sources build. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { build, transformSync } from "esbuild";
import { minify } from "terser";

const here = (path) => new URL(path, import.meta.url).pathname;
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));

const { version } = json("package.json");
const words = Object.fromEntries(
  readdirSync(here("../words"))
    .sort()
    .map((name) => [basename(name, ".json"), json(`../words/${name}`)]),
);
const icons = Object.fromEntries(
  Object.entries(json("../icons.json")).map(([typology, { paths }]) => [typology, paths]),
);

/* The style sheet: each token as a private custom property, then alert.css. */
const { light, dark, shape, type } = json("tokens.json");
const colour = (name) => {
  const [day, night] = [light, dark].map((group) => group[name].$value);
  return typeof day === "string" ? `var(--_${/\.([\w-]+)}$/.exec(day)[1]})` : `light-dark(${day.hex},${night.hex})`;
};
const size = (name) => shape[name].$value.value + shape[name].$value.unit;
const declared = (group, value) =>
  Object.keys(group)
    .filter((name) => !name.startsWith("$"))
    .map((name) => `--_${name}:var(--forewarn-${name},${value(name)});`)
    .join("");
const tokens = `.alert{${declared(light, colour)}${declared(shape, size)}${declared(type, (name) => type[name].$value.join())}}`;
const css = tokens + readFileSync(here("src/alert.css"), "utf8");
const minified = transformSync(css, {
  loader: "css",
  minify: true,
  target: ["chrome111", "firefox115", "safari16.4"],
}).code.trim();
/* The properties that no script sets get short names, which saves 0.5% of the compressed script. */
const declaredNames = [...new Set(minified.match(/--_[\w-]+(?=:)/g))];
const style = minified.replace(/--_[\w-]+/g, (name) =>
  declaredNames.includes(name) ? `--${declaredNames.indexOf(name).toString(36)}` : name,
);

/* The words that a file carries, and how it loads the others. */
const wordsPlugin = (bundled, used) => ({
  name: "words",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^forewarn:words$/ }, ({ path }) => ({ path, namespace: "words" }));
    onResolve({ filter: /^\.\/words\// }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: "words" }, () => {
      const loaders = Object.keys(words)
        .filter((tag) => !bundled.includes(tag))
        .map((tag) => `${JSON.stringify(tag)}: () => import("./words/${tag}.js"),`);
      const own = Object.fromEntries(
        bundled.map((tag) => [tag, Object.fromEntries(used.map((name) => [name, words[tag][name]]))]),
      );
      return {
        contents: `export const bundled = ${JSON.stringify(own)}; export const loaders = {${loaders.join("")}};`,
      };
    });
  },
});

/* A module that is a file of its own in dist/. */
const ownFile = {
  name: "own file",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/(forewarn-alert|static)\.js$/ }, ({ path, kind }) =>
      kind === "entry-point" ? null : { path, external: true },
    ),
};

const built = new Map();

/* terser makes 2% less of it than esbuild alone. */
async function bundle(source, name, format, languages, used = Object.keys(words.en)) {
  const { outputFiles } = await build({
    entryPoints: [here(`src/${source}.ts`)],
    outfile: here(`dist/${name}`),
    write: false,
    bundle: true,
    minify: true,
    target: "es2022",
    format,
    external: ["react"],
    plugins: [wordsPlugin(languages, used), ownFile],
    define: { VERSION: JSON.stringify(version), STYLE: JSON.stringify(style), ICONS: JSON.stringify(icons) },
  });
  const options = {
    module: format === "esm",
    compress: { passes: 4, unsafe_arrows: true, unsafe_methods: true, pure_getters: true, directives: false },
    ecma: 2022,
    format: { comments: false, preamble: `/* @forewarn/alert ${version}. Apache-2.0. */` },
  };
  built.set(name, `${(await minify(outputFiles[0].text, options)).code}\n`);
}

await bundle("forewarn-alert", "forewarn-alert.js", "esm", ["en"]);
await bundle("forewarn-alert", "forewarn-alert.all.js", "iife", Object.keys(words));
await bundle("react", "react.js", "esm", ["en"]);
/* A server and a browser must write the same, so it has its few words of every language at once. */
await bundle("static", "static.js", "esm", Object.keys(words), ["sample", "draft", "machine", "source", "new_tab"]);
for (const [tag, own] of Object.entries(words))
  built.set(`words/${tag}.js`, `export default ${JSON.stringify(own)};\n`);

/* What a browser compares a file with: docs/component.md shows how. */
const hashes = Object.fromEntries(
  [...built].map(([name, text]) => [name, `sha384-${createHash("sha384").update(text).digest("base64")}`]),
);
built.set("integrity.json", `${JSON.stringify(hashes, null, 2)}\n`);
const page = here("../../docs/component.md");
const documented = readFileSync(page, "utf8");
const renewed = documented.replace(
  /(\/(forewarn-alert[.\w]*\.js)" integrity=")[^"]*/g,
  (_, before, name) => before + hashes[name],
);

if (process.argv.includes("--check")) {
  const there = readdirSync(here("dist"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(here("dist/").length));
  const wrong = [...new Set([...there, ...built.keys()])].filter(
    (name) =>
      !built.has(name) || !there.includes(name) || readFileSync(here(`dist/${name}`), "utf8") !== built.get(name),
  );
  if (renewed !== documented) wrong.push("docs/component.md");
  if (wrong.length) {
    console.error(`Not what the sources build; run \`npm run build\`: ${wrong.sort().join(", ")}`);
    process.exit(1);
  }
} else {
  rmSync(here("dist"), { recursive: true, force: true });
  for (const [name, text] of built) {
    mkdirSync(dirname(here(`dist/${name}`)), { recursive: true });
    writeFileSync(here(`dist/${name}`), text);
  }
  if (renewed !== documented) writeFileSync(page, renewed);
}
