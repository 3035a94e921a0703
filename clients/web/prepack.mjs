/* What the tarball has and the repository does not: types, the custom elements manifest, the licence. npm runs this before
   it packs. */
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const here = (path) => new URL(path, import.meta.url).pathname;
const json = (path) => JSON.parse(readFileSync(here(path), "utf8"));
const run = (name, ...options) =>
  execFileSync(process.execPath, [here(`node_modules/${name}`), ...options], {
    cwd: here("."),
    stdio: ["ignore", "ignore", "inherit"],
  });

rmSync(here("types"), { recursive: true, force: true });
run("typescript/bin/tsc", "--outDir", "types");
writeFileSync(
  here("types/words-of-a-language.d.ts"),
  'import type { Words } from "./alert.js";\ndeclare const words: Words;\nexport default words;\n',
);

/* The manifest of what is public, and where the tarball has it. */
run(
  "@custom-elements-manifest/analyzer/cem.js",
  "analyze",
  "--quiet",
  "--globs",
  "src/forewarn-alert.ts",
  "--outdir",
  ".",
);
const manifest = JSON.parse(
  readFileSync(here("custom-elements.json"), "utf8").replaceAll("src/forewarn-alert.ts", "dist/forewarn-alert.js"),
);
const [module] = manifest.modules;
module.exports = module.exports.filter(({ name }) => name !== "*");
for (const element of module.declarations.filter(({ customElement }) => customElement)) {
  element.members = element.members.filter(({ privacy }) => privacy !== "private");
  element.events = element.events.filter(({ name }) => name);
  const { light, shape, type } = json("tokens.json");
  const tokens = Object.entries({ ...light, ...shape, ...type }).filter(([name]) => !name.startsWith("$"));
  element.cssProperties = tokens.map(([name, { $description }]) => ({
    name: `--forewarn-${name}`,
    description: $description,
  }));
}
writeFileSync(here("custom-elements.json"), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(here("../../LICENSE"), here("LICENSE"));
