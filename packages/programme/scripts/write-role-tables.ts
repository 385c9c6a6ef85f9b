/**
 * Writes what each role may ask, by asking the rules: the table in docs/roles.md between its marks, and
 * docs/roles/analyst-searches.md, each type with its parameters. With `--check`, fails where a file differs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type Authorisation, EdgeError, type Principal, ROLES, type Role } from "@aarohan/contract";
import { parseSearchParameters, searchParametersOf } from "@aarohan/fhir";
import { createProgramme, readProgrammeConfig, type View, viewFor } from "../src/index.ts";

const docs = new URL("../../../docs/", import.meta.url);
const check = process.argv.includes("--check");
const programme = createProgramme(
  readProgrammeConfig({
    UPSTREAM_BASE_URL: "https://server.example/fhir",
    UPSTREAM_AUTH: "none",
    UPSTREAM_TOKEN_URL: "",
    UPSTREAM_CLIENT_ID: "",
    UPSTREAM_CLIENT_SECRET: "",
    UPSTREAM_SCOPE: "",
    UPSTREAM_LINK_ALIASES: "",
    UPSTREAM_TIMEOUT_SECONDS: "",
    CONSENT_MODE: "",
    CONSENT_PURPOSE: "",
    CONSENT_PURPOSES: "",
    PSEUDONYM_KEYS: `0:${"A".repeat(43)}`,
  }),
);

/** Searches that stand for what people ask. */
const PROBES: readonly (readonly [what: string, type: string, search: string])[] = [
  ["patients", "Patient", ""],
  ["observations", "Observation", ""],
  ["photographs", "Media", ""],
  ["staff", "Practitioner", ""],
  ["by name, telephone, identifier", "Patient", "name=x"],
  ["by sex", "Patient", "gender=female"],
  ["by a cohort of five years", "Patient", "birthdate=ge1980"],
  ["by a date of birth", "Patient", "birthdate=1980-03-12"],
  ["by state", "Patient", "address-state=Karnataka"],
  ["by postal code", "Patient", "address-postalcode=560034"],
  ["by code", "Observation", "code=http://loinc.org|62596-2"],
  ["by months", "Observation", "date=ge2025-03&date=lt2025-05"],
  ["by days", "Observation", "date=2025-03-17"],
  ["of a patient", "Observation", `subject=Patient/x`],
  ["by text in them (`_text`, `_content`)", "Observation", "_text=x"],
  ["with a modifier (`:exact`, `:not`, `:missing`)", "Patient", "gender:not=female"],
  ["through a chain (`subject.name`)", "Observation", "subject.name=x"],
  ["in reverse (`_has`)", "Patient", "_has:Observation:patient:code=x"],
  ["with their patients (`_include`)", "Observation", "_include=Observation:subject"],
  ["with their staff (`_include`)", "Observation", "_include=Observation:performer:Practitioner"],
  ["patients with their rows (`_revinclude`)", "Patient", "_revinclude=Observation:subject"],
  ["in order of change (`_sort`)", "Patient", "_sort=-_lastUpdated"],
  ["in order of names", "Patient", "_sort=family"],
  ["with a filter expression (`_filter`)", "Patient", "_filter=x"],
];

const OF_PATIENTS: Authorisation = { kind: "patients", ids: ["x"] };
const OF_TAGS: Authorisation = { kind: "tags", system: "https://issuer.example/team", codes: ["x"] };

/** Of each role; a provider's token names patients, or what is tagged. */
const views = await Promise.all(
  ROLES.map(async (role) => ({ view: await viewOf(role, OF_PATIENTS), tagged: await viewOf(role, OF_TAGS) })),
);

write("roles.md", withTable(readFileSync(new URL("roles.md", docs), "utf8"), roleTable()));
write("roles/analyst-searches.md", analystSearches());

function viewOf(role: Role, authorisation: Authorisation): Promise<View> {
  const principal: Principal = {
    issuer: "https://idp.example",
    subject: "user",
    clientId: "client",
    tenant: "default",
    roles: [role],
    role,
    scopes: [],
    authorisation,
    recipient: "client",
    userKey: "user",
    expiresAtSeconds: 0,
  };
  return viewFor(programme, principal, { requestId: "docs" });
}

function answerTo(view: View, type: string, search: string): string {
  try {
    view.assertType(type, "search");
    view.admit(type, parseSearchParameters(new URLSearchParams(search)), "strict");
    return "yes";
  } catch (error) {
    if (error instanceof EdgeError) return error.code === "role-not-served" ? "no rows" : `\`${error.code}\``;
    throw error;
  }
}

function roleTable(): string {
  const rows = PROBES.map(([what, type, search]) => [
    what,
    ...views.map(({ view, tagged }) => {
      const answer = answerTo(view, type, search);
      const other = answerTo(tagged, type, search);
      return answer === other ? answer : `${answer}; by tags ${other}`;
    }),
  ]);
  return markdownTable(["Searches", ...ROLES.map((role) => `\`${role}\``)], rows);
}

function analystSearches(): string {
  const { plan, rules } = programme;
  const sections = [...plan.resources.keys()].toSorted().map((type) => {
    const admitted = rules.parametersOf(type);
    const names = new Set(admitted.map(({ name }) => name));
    const refused = [...searchParametersOf(type).values()]
      .map(({ name }) => name)
      .filter((name) => !names.has(name));
    const { include, revinclude } = rules.includesOf(type);
    return [
      `## ${type}`,
      "",
      ...line(
        "Admitted",
        admitted.map(({ name, type: kind }) => `${name} (${kind})`),
      ),
      ...line("Refused", refused),
      ...line("`_include`", include),
      ...line("`_revinclude`", revinclude),
    ].join("\n");
  });
  return `# What a data analyst may search by

Written from the policy \`${plan.name}\` ${plan.version} and the search parameters of FHIR R4; \`GET /fhir/metadata\` tells the same of a running gateway. Admitted is what looks at nothing but what is shown, at the precision at which it is shown; references are pseudonyms. \`_sort\` takes the dates among them, and \`_lastUpdated\`.

${sections.join("\n\n")}
`;
}

function line(name: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [`- ${name}: ${[...values].toSorted().join(", ")}`];
}

/** Columns of one width, as the formatter writes them. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, index) =>
    Math.max(3, ...[head, ...rows].map((row) => row[index]?.length ?? 0), cell.length),
  );
  const written = (row: readonly string[]) =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  return [written(head), written(widths.map((width) => "-".repeat(width))), ...rows.map(written)].join("\n");
}

function withTable(text: string, table: string): string {
  const [start, end] = ["<!-- what each role may ask: written by its generator -->", "<!-- end -->"];
  const [before, rest] = text.split(start);
  const after = rest?.slice(rest.indexOf(end) + end.length);
  if (before === undefined || after === undefined) throw new Error("docs/roles.md has lost its marks");
  return `${before}${start}\n\n${table}\n\n${end}${after}`;
}

function write(name: string, text: string): void {
  const file = new URL(name, docs);
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(
      `docs/${name} is not what its generator writes: run packages/programme/scripts/write-role-tables.ts`,
    );
    process.exitCode = 1;
  }
}
