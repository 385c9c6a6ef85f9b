import { readFile } from "node:fs/promises";
import type { QuasiIdentifiers } from "@aarohan/deid";
import { UsageError } from "../command-io.ts";
import type { EquivalenceClasses } from "./equivalence-classes.ts";

/** A person of whom an attacker knows something: empty where nothing is known. */
export interface KnownPerson {
  readonly birthDate: string;
  readonly gender: string;
  readonly district: string;
  readonly state: string;
  readonly screeningDate: string;
}

export interface LinkageReport {
  readonly known: number;
  /** Known people with so many candidates in the file. */
  readonly candidates: Readonly<Record<"none" | "1" | "2-4" | "5-10" | "more", number>>;
  /** Mean of 1 / candidates: the share that a guess among the candidates gets right, if all are in the file. */
  readonly expectedRate: number;
}

const COLUMNS: Readonly<Record<string, keyof KnownPerson>> = {
  birth_date: "birthDate",
  birthdate: "birthDate",
  gender: "gender",
  district: "district",
  state: "state",
  screening_date: "screeningDate",
};

/** A table of known people (CSV with a header; columns that are not known to us, names among them, are not read). */
export async function readKnownPeople(file: string): Promise<readonly KnownPerson[]> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new UsageError(`${file}: cannot be read`);
  });
  const [header = [], ...rows] = parseCsv(text);
  const columns = header.map((name) => COLUMNS[name.trim().toLowerCase()]);
  if (columns.every((column) => column === undefined)) {
    throw new UsageError(
      `${file}: has none of the columns birth_date, gender, district, state, screening_date`,
    );
  }
  return rows.map((row) => {
    const person = { birthDate: "", gender: "", district: "", state: "", screeningDate: "" };
    for (const [index, column] of columns.entries())
      if (column !== undefined) person[column] = (row[index] ?? "").trim();
    return person;
  });
}

/** For each known person the patients of the file who agree with all that is known and shown. */
export function simulateLinkage(known: readonly KnownPerson[], classes: EquivalenceClasses): LinkageReport {
  const rows = [...classes.rows().values()];
  const candidates = { none: 0, "1": 0, "2-4": 0, "5-10": 0, more: 0 };
  let rate = 0;
  for (const person of known) {
    const count = rows.reduce((sum, row) => sum + (agrees(person, row.shown) ? row.count : 0), 0);
    candidates[bucket(count)] += 1;
    if (count > 0) rate += 1 / count;
  }
  return { known: known.length, candidates, expectedRate: known.length === 0 ? 0 : rate / known.length };
}

function bucket(count: number): keyof LinkageReport["candidates"] {
  if (count === 0) return "none";
  if (count === 1) return "1";
  return count <= 4 ? "2-4" : count <= 10 ? "5-10" : "more";
}

function agrees(person: KnownPerson, shown: QuasiIdentifiers): boolean {
  return (
    isSame(person.gender, shown.gender) &&
    isSame(person.state, shown.state) &&
    isSame(person.district, shown.district) &&
    isPossibleBirth(person.birthDate, shown.birth) &&
    (person.screeningDate === "" ||
      shown.month === "" ||
      person.screeningDate.startsWith(shown.month.slice(0, 7)))
  );
}

/** What one of them does not say does not contradict. */
function isSame(known: string, shown: string): boolean {
  return known === "" || shown === "" || known.toLowerCase() === shown.toLowerCase();
}

/** A cohort's first day stands for five years; a whole date and a year for themselves. */
function isPossibleBirth(known: string, shown: string): boolean {
  if (!/^\d{4}/.test(known) || !/^\d{4}/.test(shown)) return true;
  if (shown.length === 10 && !shown.endsWith("-01-01")) return known === shown;
  const [year, first] = [Number(known.slice(0, 4)), Number(shown.slice(0, 4))];
  return shown.length === 10 && first % 5 === 0 ? year >= first && year < first + 5 : year === first;
}

/** RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain = "", end = ""] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    if (end === "") break;
  }
  return rows;
}
