/* node server-19.cjs: reads [tag, props] as JSON and prints the HTML. */
import { readFileSync } from "node:fs";
import { StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { ForewarnAlert } from "@forewarn/alert/react";

const [tag, props] = JSON.parse(readFileSync(0, "utf8"));
const Tag = tag === "ForewarnAlert" ? ForewarnAlert : tag;
console.log(
  renderToString(
    <StrictMode>
      <Tag {...props} />
    </StrictMode>,
  ),
);
