/**
 * Writes docs/policies: the JSON Schema of policies, and for each policy that comes with Aarohan Edge its JSON document and the auditor's table. With
 * `--check`, fails where a file differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { compilePolicy, policyTable, policyTableMarkdown, SHIPPED_POLICIES } from "../src/index.ts";

const folder = new URL("../../../docs/policies/", import.meta.url);
const check = process.argv.includes("--check");

function write(name: string, text: string): void {
  const file = new URL(name, folder);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(
      `docs/policies/${name} is not what its generator writes: run packages/deid/scripts/write-policy-tables.ts`,
    );
    process.exitCode = 1;
  }
}

write("policy.schema.json", readFileSync(new URL("../src/policy.schema.json", import.meta.url), "utf8"));
for (const policy of SHIPPED_POLICIES) {
  write(`${policy.name}.json`, `${JSON.stringify(policy, null, 2)}\n`);
  write(`${policy.name}.md`, policyTableMarkdown(policyTable(compilePolicy(policy))));
}
