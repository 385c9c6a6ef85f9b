import type { PolicySection, PolicyTable, PolicyTableRow } from "./policy-table.ts";

/**
 * The auditor's table as Markdown: for each type a table of the elements that a rule names, a line of those that go by
 * the rule of their data type, and a line of those that are dropped.
 */
export function policyTableMarkdown(table: PolicyTable): string {
  const { policy, withheld, values, resources, types } = table;
  return [
    `# Policy ${policy.name} ${policy.version}`,
    policy.description,
    `SHA-256 of the policy: \`${policy.hash}\``,
    "An element is **kept** as it is where the rule's condition holds, and dropped where not; **transformed**; **walked** " +
      "into its own elements; or **dropped**. **Withheld** means that the whole resource stays behind when the element " +
      "is there. What FHIR R4 does not have is dropped in anonymised data.",
    "## Resource types of which nothing leaves",
    withheld.length === 0
      ? "None."
      : grid(
          ["type", "why"],
          withheld.map(({ type, reason }) => [type, reason]),
        ),
    "## Data types",
    "Wherever an element goes by its data type, these rules decide. A data type that has none is dropped.",
    ...(values.length === 0 ? [] : [grid(["type", "effect", "rule", "source"], values.map(valueCells))]),
    ...types.flatMap(markdownSection),
    "## Resource types",
    ...resources.flatMap(markdownSection),
    "",
  ].join("\n\n");
}

function valueCells(row: PolicyTableRow): string[] {
  return [row.path, row.effect, ruleText(row), row.source];
}

function markdownSection({ name, rows }: PolicySection): string[] {
  const named = rows.filter(({ by, effect }) => by === "element" && effect !== "walked");
  const cells = named.map((row) => [
    shortPath(name, row.path),
    row.type,
    row.effect,
    ruleText(row),
    row.source,
  ]);
  const paths = (kept: (row: PolicyTableRow) => boolean) =>
    rows.filter(kept).map(({ path }) => shortPath(name, path));
  return [
    `### ${name}`,
    ...(cells.length === 0 ? [] : [grid(["element", "type", "effect", "rule", "source"], cells)]),
    ...line(
      "By the rules of their data types",
      paths((row) => row.by === "type" && row.effect !== "dropped"),
    ),
    ...line(
      "Kept",
      paths((row) => row.by === "nothing" && row.effect === "kept"),
    ),
    ...line(
      "Dropped",
      paths((row) => row.by !== "element" && row.effect === "dropped"),
    ),
    ...line(
      "Withheld if there",
      paths((row) => row.by === "nothing" && row.effect === "withheld"),
    ),
  ];
}

function line(words: string, paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`${words}: ${paths.join(", ")}.`];
}

function ruleText({ method, detail }: PolicyTableRow): string {
  return detail === "" ? method : `${method}: ${detail}`;
}

function shortPath(name: string, path: string): string {
  return path.startsWith(`${name}.`) ? path.slice(name.length + 1) : path;
}

function grid(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("*", "\\*").replaceAll("<", "&lt;");
}
