// Prints what Redocly's recommended rules find in a document.
import { createConfig, lint } from "@redocly/openapi-core";

const config = await createConfig({ extends: ["recommended"] });
for (const { ruleId, message, location } of await lint({ ref: process.argv[2], config })) {
  console.log(ruleId, message, location[0]?.pointer);
}
