/* node build.mjs OUT DOCUMENTED: builds the pages for React 18 and 19 into OUT/18 and OUT/19, and what renders them on a
   server into OUT/*.cjs. DOCUMENTED has the code of docs/component.md, which the pages import. */
import { build } from "esbuild";

const [out, documented] = process.argv.slice(2);
const here = new URL(".", import.meta.url).pathname;
const dist = new URL("../../../clients/web/dist", import.meta.url).pathname;
const react = { 18: { react: "react-18", "react-dom": "react-dom-18" }, 19: {} };

for (const [version, alias] of Object.entries(react)) {
  const shared = {
    bundle: true,
    absWorkingDir: here,
    nodePaths: [`${here}/node_modules`],
    alias: { ...alias, documented, "@forewarn/alert/react": `${dist}/react.js`, "@forewarn/alert": `${dist}/forewarn-alert.js` },
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' }, /* React complains in development only */
    logLevel: "error",
  };
  const pages = ["withdrawal.jsx", "wrapped.jsx", "raw.jsx", ...(version === "19" ? ["modal.jsx"] : [])];
  await build({ ...shared, entryPoints: pages, format: "esm", splitting: true, outdir: `${out}/${version}` });
  await build({ ...shared, entryPoints: ["server.jsx"], format: "cjs", platform: "node", outfile: `${out}/server-${version}.cjs` });
}
