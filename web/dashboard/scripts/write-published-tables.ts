/** Writes which tables releases have of each Measure: a viewer's pages ask for no others. */
import { INDICATORS } from "@aarohan/measures";
import { isDeclared } from "@aarohan/releases";
import { tableName } from "../src/indicators/published-tables.ts";
import { writeGenerated } from "./generated-file.ts";

const GROUPS = [
  ["none", "all"],
  ["state", "state"],
  ["district", "district"],
] as const;
const SPLITS = ["month", "sex", "age-band", "setting"] as const;

function tablesOf(indicator: string): string[] {
  return GROUPS.flatMap(([group, level]) =>
    [false, true].flatMap((isMonth) => {
      const question = { indicator, level, ...(isMonth ? { month: 0 } : {}) };
      const whole = isDeclared(question) ? [tableName({ group, isMonth })] : [];
      const splits = SPLITS.filter((split) => isDeclared(question, split));
      return [...whole, ...splits.map((split) => tableName({ group, isMonth, split }))];
    }),
  );
}

const lines = INDICATORS.map(({ id }) => `${JSON.stringify(id)}: ${JSON.stringify(tablesOf(id))}`);
writeGenerated("src/indicators/published-tables.generated.json", `{\n${lines.join(",\n")}\n}\n`);
