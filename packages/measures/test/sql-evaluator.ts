import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnyResource } from "@aarohan/fhir";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/**
 * The indicators once more, by a database over the raw resources: written from their definitions, and from nothing of the
 * evaluator.
 */
export interface SqlEvaluator {
  /** Value of the dimensions, joined by `/` → initial population, denominator, numerator. */
  counts(question: SqlQuestion): Promise<Map<string, readonly number[]>>;
  /** Median and 90th percentile (nearest rank) of the days, of everybody. */
  days(
    indicator: "time-to-review" | "time-to-follow-up",
    from: string,
    to: string,
  ): Promise<readonly number[]>;
  close(): void;
}

export interface SqlQuestion {
  readonly indicator: string;
  readonly from: string;
  readonly to: string;
  readonly by: readonly string[];
  /** A condition on the row that counts. */
  readonly where?: string;
}

const choice = (linkId: string) =>
  `nullif(regexp_extract(j, '"linkId":"${linkId}"(?:,"text":"(?:[^"\\\\]|\\\\.)*")?,"answer":\\[\\{"valueCoding":\\{(?:"system":"[^"]*",)?"code":"([^"]*)"', 1), '')`;
const text = (linkId: string) =>
  `nullif(regexp_extract(j, '"linkId":"${linkId}"(?:,"text":"(?:[^"\\\\]|\\\\.)*")?,"answer":\\[\\{"valueString":"([^"]*)"', 1), '')`;
const observed = (code: string) =>
  `(select max(o.value) from observation o where o.encounter = f.encounter and o.code = '${code}')`;

const TABLES = `
create table observation as
  select (r->>'$.encounter.reference') encounter, (r->>'$.code.coding[0].code') code,
    (r->>'$.valueCodeableConcept.coding[0].code') as value
  from raw where type = 'Observation' and (r->>'$.status') in ('final', 'amended', 'corrected')
    and (r->>'$.valueCodeableConcept.coding[0].code') in ('yes', 'no', 'current', 'past', 'never');
create table patient as
  select 'Patient/' || (r->>'$.id') id, (r->>'$.gender') sex, (r->>'$.birthDate')::date birth,
    (r->>'$.address[0].state') state, (r->>'$.address[0].district') district, (r->>'$.link[0].other.reference') link
  from raw where type = 'Patient';
create table person as
  with recursive edge as (
    select id a, link b from patient where link is not null
    union select link, id from patient where link is not null),
  reach as (
    select id, id as other from patient
    union select reach.id, edge.b from reach join edge on reach.other = edge.a)
  select id, min(other) person from reach group by id;
create table form as
  select (r->>'$.id') id, (r->>'$.subject.reference') patient, (r->>'$.encounter.reference') encounter,
    substr((r->>'$.authored'), 1, 10)::date as day, (r->>'$.meta.lastUpdated') updated,
    ${choice("location-physical-type")} setting, ${choice("patient-screening-lesion")} lesion,
    ${choice("patient-habit-cigarette")} h1, ${choice("patient-habit-tobacco")} h2,
    ${choice("patient-habit-areca")} h3, ${choice("patient-habit-alcohol")} h4,
    ${text("case-level-ai-result")} ai
  from raw where type = 'QuestionnaireResponse' and j like '%OralCancerPatientRegistration%'
    and (r->>'$.status') in ('completed', 'amended');
create table review as
  select * from (
    select (r->>'$.encounter.reference') encounter, substr((r->>'$.authored'), 1, 10)::date as day,
      ${choice("provisional-diagnosis")} diagnosis, ${choice("recommendation")} recommendation,
      row_number() over (partition by (r->>'$.encounter.reference')
        order by substr((r->>'$.authored'), 1, 10) desc, (r->>'$.meta.lastUpdated') desc, (r->>'$.id') desc) n
    from raw where type = 'QuestionnaireResponse' and j like '%/OralCancerScreenPatient%'
      and (r->>'$.status') in ('completed', 'amended'))
  where n = 1;
create table screening as
  select f.*, person.person, p.state, p.state || '|' || p.district district, p.sex,
    date_sub('year', p.birth, f.day) age,
    coalesce(f.lesion, ${observed("62596-2")}) seen,
    [coalesce(f.h1, ${observed("63638-1")}), coalesce(f.h2, ${observed("39240-7")}),
     coalesce(f.h3, ${observed("64004-5")}), coalesce(f.h4, ${observed("74205-6")})] habits,
    v.day reviewed, v.diagnosis, v.recommendation, strftime(f.day, '%Y-%m') as month
  from form f join patient p on p.id = f.patient join person on person.id = f.patient
    left join review v on v.encounter = f.encounter;
create table task as
  select (r->>'$.id') id, s.person, s.patient, s.state, s.district, s.sex, s.age, s.setting, s.habits,
    substr((r->>'$.authoredOn'), 1, 10)::date as day, (r->>'$.meta.lastUpdated') updated,
    (r->>'$.output[0].valueCodeableConcept.text') outcome,
    substr(coalesce((r->>'$.executionPeriod.end'), (r->>'$.lastModified')), 1, 10)::date done,
    strftime(substr((r->>'$.authoredOn'), 1, 10)::date, '%Y-%m') as month
  from raw join screening s on s.encounter = (r->>'$.encounter.reference')
  where type = 'Task' and (r->>'$.instantiatesUri') like '%oral-cancer-screening-follow-up'
    and s.recommendation in ('urgent-refer-to-hospital', 'additional-investigation-needed');
`;

const CLASSIFIED = "diagnosis is not null and diagnosis <> '103694001'";
const SUSPICIOUS = "diagnosis not in ('162010006', '30807003')";
/** Table, who is in the initial population, denominator, numerator. */
const DEFINITIONS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  "screening-coverage": ["screening", "age between 30 and 65", "false", "true"],
  "lesion-positivity": ["screening", "true", "seen is not null", "seen = 'yes'"],
  "ai-positivity": ["screening", "true", "ai is not null", "ai = 'suspicious'"],
  "review-completion": ["screening", "true", "true", "reviewed is not null"],
  "suspicious-rate": ["screening", "true", CLASSIFIED, SUSPICIOUS],
  "high-risk-rate": [
    "screening",
    "true",
    CLASSIFIED,
    "diagnosis in ('235029004', '71379006', '235031008', '698010001', '419842002')",
  ],
  "provisional-scc-rate": ["screening", "true", "true", "diagnosis = '419842002'"],
  "referral-rate": [
    "screening",
    "true",
    "reviewed is not null",
    "recommendation in ('urgent-refer-to-hospital', 'additional-investigation-needed')",
  ],
  "retake-rate": ["screening", "true", "reviewed is not null", "recommendation = 'retake-image'"],
  "habit-prevalence": ["screening", "true", "true", "list_contains(habits, 'current')"],
  "ai-agreement": [
    "screening",
    "true",
    `ai is not null and ${CLASSIFIED}`,
    `(ai = 'suspicious') = (${SUSPICIOUS})`,
  ],
  "time-to-review": ["screening", "true", "reviewed >= day", "true"],
  "follow-up-completion": ["task", "true", "true", "outcome = 'FOLLOWUP_DONE'"],
  "follow-up-outcome": ["task", "true", "true", "true"],
  "time-to-follow-up": ["task", "true", "outcome = 'FOLLOWUP_DONE' and done >= day", "true"],
};

const VALUES: Readonly<Record<string, string>> = {
  state: "coalesce(state, 'unknown')",
  district: "coalesce(district, 'unknown')",
  setting: "coalesce(setting, 'unknown')",
  sex: "coalesce(sex, 'unknown')",
  month: "month",
  year: "substr(month, 1, 4)",
  "age-band":
    "case when age < 30 then '0-29' when age < 40 then '30-39' when age < 50 then '40-49' when age < 60 then '50-59' when age <= 65 then '60-65' when age <= 130 then '66+' else 'unknown' end",
  tobacco:
    "case when list_contains(habits[1:3], 'current') then 'yes' when len(list_filter(habits[1:3], x -> x is not null)) > 0 then 'no' else 'unknown' end",
};

export async function sqlEvaluator(resources: readonly AnyResource[]): Promise<SqlEvaluator> {
  const folder = mkdtempSync(join(tmpdir(), "measures-"));
  const path = join(folder, "raw.ndjson");
  writeFileSync(path, resources.map((resource) => `${JSON.stringify(resource)}\n`).join(""));
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(
    `create table raw as select json r, json::varchar j, json->>'$.resourceType' as type from read_ndjson_objects('${path}')`,
  );
  for (const statement of TABLES.split(/;\s*$/m))
    if (statement.trim() !== "") await connection.run(statement);
  rmSync(folder, { recursive: true });
  return {
    counts: (question) => counts(connection, question),
    days: (indicator, from, to) => days(connection, indicator, from, to),
    close: () => connection.closeSync(),
  };
}

/** Of each person the latest row in the period, or in the month or year that is split by. */
function latest({ indicator, from, to, by }: SqlQuestion): string {
  const [table = ""] = DEFINITIONS[indicator] ?? [];
  const unit = by.includes("month") ? ", month" : by.includes("year") ? ", substr(month, 1, 4)" : "";
  return `select *, row_number() over (partition by person${unit} order by day desc, updated desc, id desc) n
    from ${table} where day between '${from}' and '${to}'`;
}

async function counts(connection: DuckDBConnection, question: SqlQuestion) {
  const [, initial = "", denominator = "", numerator = ""] = DEFINITIONS[question.indicator] ?? [];
  const key = question.by.length === 0 ? "''" : question.by.map((one) => VALUES[one]).join(" || '/' || ");
  const rows = await connection.runAndReadAll(`
    select ${key} as k, count(*) i, count(*) filter (${denominator}) d,
      count(*) filter ((${denominator}) and (${numerator})) m
    from (${latest(question)}) where n = 1 and (${initial}) and (${question.where ?? "true"}) group by k`);
  return new Map(
    rows.getRowObjectsJson().map(({ k, i, d, m }) => [String(k), [Number(i), Number(d), Number(m)]] as const),
  );
}

async function days(connection: DuckDBConnection, indicator: string, from: string, to: string) {
  const [, , denominator = ""] = DEFINITIONS[indicator] ?? [];
  const value = indicator === "time-to-review" ? "reviewed - day" : "done - day";
  const rows = await connection.runAndReadAll(`
    select quantile_disc(${value}, 0.5) p50, quantile_disc(${value}, 0.9) p90
    from (${latest({ indicator, from, to, by: [] })}) where n = 1 and (${denominator})`);
  return rows.getRowObjectsJson().flatMap(({ p50, p90 }) => [Number(p50), Number(p90)]);
}
