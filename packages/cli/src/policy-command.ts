import {
  compilePolicy,
  PolicyError,
  type PolicyTable,
  type PolicyTableRow,
  policyTable,
  policyTableMarkdown,
} from "@aarohan/deid";
import { readArguments } from "./arguments.ts";
import { type CommandIo, EXIT, UsageError } from "./command-io.ts";
import { planArgument, policyArgument } from "./policy-argument.ts";

export const POLICY_HELP = `aarohan policy explain NAME|FILE [--format markdown|json]   what becomes of every element of FHIR R4
aarohan policy check FILE                                  whether it compiles, and if not, where
aarohan policy diff NAME|FILE NAME|FILE [--format …]       elements that they treat differently; status 1 if any
aarohan policy print NAME                                  the document of a policy that comes along

Policies that come along: programme, safe-harbor, shifted, identified.
`;

export async function runPolicy(args: readonly string[], io: CommandIo): Promise<number> {
  const [command = "", ...rest] = args;
  const { values, positionals } = readArguments(rest, { format: { type: "string", default: "markdown" } });
  const json = values.format === "json";
  if (!json && values.format !== "markdown") throw new UsageError("--format is markdown or json");
  const [first = "", second = ""] = positionals;
  if (first === "") throw new UsageError(`policy ${command} needs a policy`);
  switch (command) {
    case "explain":
      await io.stdout.write(explained(policyTable(await planArgument(first)), json));
      return EXIT.ok;
    case "check":
      return checkPolicy(first, io);
    case "diff":
      if (second === "") throw new UsageError("policy diff needs two policies");
      return diffPolicies(first, second, json, io);
    case "print":
      await io.stdout.write(`${JSON.stringify(await policyArgument(first), null, 2)}\n`);
      return EXIT.ok;
    default:
      throw new UsageError("policy is followed by explain, check, diff or print");
  }
}

function explained(table: PolicyTable, json: boolean): string {
  return json ? `${JSON.stringify(table, null, 2)}\n` : policyTableMarkdown(table);
}

async function checkPolicy(name: string, io: CommandIo): Promise<number> {
  try {
    const plan = compilePolicy(await policyArgument(name));
    await io.stdout.write(
      `${plan.name} ${plan.version}: no problem found; ${plan.resources.size} resource types leave, ${plan.withheld.size} do not\n`,
    );
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    await io.stderr.write(`${error.message}\n`);
    return EXIT.found;
  }
}

interface Difference {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

async function diffPolicies(first: string, second: string, json: boolean, io: CommandIo): Promise<number> {
  const [before, after] = [treatments(await planArgument(first)), treatments(await planArgument(second))];
  const paths = new Set([...before.keys(), ...after.keys()]);
  const differences = [...paths].flatMap((path): Difference[] => {
    const pair = { path, before: before.get(path) ?? "dropped", after: after.get(path) ?? "dropped" };
    return pair.before === pair.after ? [] : [pair];
  });
  await io.stdout.write(json ? `${JSON.stringify(differences, null, 2)}\n` : differenceTable(differences));
  return differences.length === 0 ? EXIT.ok : EXIT.found;
}

function treatments(plan: Awaited<ReturnType<typeof planArgument>>): Map<string, string> {
  const { withheld, resources, types } = policyTable(plan);
  const rows = [...types, ...resources].flatMap((section) => section.rows);
  return new Map([
    ...withheld.map(({ type }): [string, string] => [type, "withheld"]),
    ...rows.map((row): [string, string] => [row.path, treatment(row)]),
  ]);
}

function treatment({ effect, method, detail }: PolicyTableRow): string {
  if (effect === "dropped") return "dropped";
  return detail === "" ? `${effect}, ${method}` : `${effect}, ${method}: ${detail}`;
}

function differenceTable(differences: readonly Difference[]): string {
  if (differences.length === 0) return "no difference\n";
  const rows = differences.map(({ path, before, after }) => `| ${path} | ${before} | ${after} |`);
  return `${["| element | before | after |", "| --- | --- | --- |", ...rows].join("\n")}\n`;
}
