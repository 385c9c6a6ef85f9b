/** Writes what the analysts' policy does with the elements of each type that leaves: what is shown before an export. */
import { compilePolicy, effectOf, type PlanElements, type PlanNode, programmePolicy } from "@aarohan/deid";
import { writeGenerated } from "./generated-file.ts";

const plan = compilePolicy(programmePolicy);

function isChanged({ action }: PlanNode): boolean {
  const effect = effectOf(action);
  return effect === "transformed" || effect === "walked";
}

function removalsOf({ nodes }: PlanElements) {
  const all = [...nodes];
  const names = (isWanted: (node: PlanNode) => boolean) =>
    all.filter(([, node]) => isWanted(node)).map(([name]) => name);
  return {
    changed: names(isChanged),
    removed: names(({ action }) => effectOf(action) === "dropped"),
  };
}

const lines = [...plan.resources].map(
  ([type, elements]) => `${JSON.stringify(type)}: ${JSON.stringify(removalsOf(elements))}`,
);
writeGenerated("src/exports/removals.generated.json", `{\n${lines.join(",\n")}\n}\n`);
