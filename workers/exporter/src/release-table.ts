import type { Subject } from "@aarohan/measures";
import type { FrozenMonths, MonthRows, PublishedYear } from "@aarohan/releases";
import { type ChunkRecord, chunksOf, partsOf } from "./cube-table.ts";

/** Bytes of a stored value: rows may have 2 MB. */
const MOST_BYTES = 1_900_000;

type Place = PublishedYear["places"][number];
type KeptArrays = Pick<NonNullable<PublishedYear["kept"]>, "cells" | "starts" | "steps">;

/** What releases are made from, and what they published. Nothing in it is about a single person. */
export class ReleaseTable implements FrozenMonths {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS frozen_names (
        year INTEGER NOT NULL, month INTEGER NOT NULL, revision INTEGER NOT NULL, names TEXT NOT NULL,
        PRIMARY KEY (year, month, revision)
      );
      CREATE TABLE IF NOT EXISTS frozen_rows (
        year INTEGER NOT NULL, month INTEGER NOT NULL, revision INTEGER NOT NULL,
        subject TEXT NOT NULL, part INTEGER NOT NULL, numbers BLOB NOT NULL,
        PRIMARY KEY (year, month, revision, subject, part)
      );
      CREATE TABLE IF NOT EXISTS published (year INTEGER PRIMARY KEY, facts TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS published_place (
        year INTEGER NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, numbers BLOB NOT NULL,
        PRIMARY KEY (year, place)
      );
      CREATE TABLE IF NOT EXISTS kept (
        year INTEGER NOT NULL, list TEXT NOT NULL, part INTEGER NOT NULL, numbers BLOB NOT NULL,
        PRIMARY KEY (year, list, part)
      );
    `);
  }

  read(year: number, month: number, revision: number): MonthRows {
    const [latest] = this.#sql.exec<{ revision: number; names: string }>(
      "SELECT revision, names FROM frozen_names WHERE year = ? AND month = ? AND revision <= ? ORDER BY revision DESC LIMIT 1",
      year,
      month,
      revision,
    );
    if (latest === undefined) throw new Error("a month that is to be published is not frozen");
    const rows = this.#sql.exec<ChunkRecord>(
      "SELECT subject, month, numbers FROM frozen_rows WHERE year = ? AND month = ? AND revision = ?",
      year,
      month,
      latest.revision,
    );
    return { names: JSON.parse(latest.names), chunks: [...chunksOf(rows)] };
  }

  write(year: number, month: number, revision: number, { names, chunks }: MonthRows): void {
    const at = [year, month, revision] as const;
    this.#sql.exec("DELETE FROM frozen_rows WHERE year = ? AND month = ? AND revision = ?", ...at);
    this.#sql.exec(
      "INSERT OR REPLACE INTO frozen_names (year, month, revision, names) VALUES (?, ?, ?, ?)",
      ...at,
      JSON.stringify(names),
    );
    const parts: Record<Subject, number> = { screenings: 0, followUps: 0 };
    for (const chunk of chunks)
      for (const numbers of partsOf(chunk))
        this.#sql.exec(
          "INSERT INTO frozen_rows (year, month, revision, subject, part, numbers) VALUES (?, ?, ?, ?, ?, ?)",
          ...at,
          chunk.subject,
          parts[chunk.subject]++,
          numbers,
        );
  }

  /** Years that are published. */
  years(): number[] {
    return [...this.#sql.exec<{ year: number }>("SELECT year FROM published ORDER BY year")].map(
      ({ year }) => year,
    );
  }

  /** To be called in a transaction. */
  save({ places, kept, ...facts }: PublishedYear): void {
    const { year } = facts;
    const { cells, starts, steps, ...names } = kept ?? {};
    this.#sql.exec("DELETE FROM published_place WHERE year = ?", year);
    this.#sql.exec("DELETE FROM kept WHERE year = ?", year);
    this.#sql.exec(
      "INSERT OR REPLACE INTO published (year, facts) VALUES (?, ?)",
      year,
      JSON.stringify({ ...facts, ...(kept === undefined ? {} : { kept: names }) }),
    );
    for (const [at, { numbers, ...name }] of places.entries())
      this.#sql.exec(
        "INSERT INTO published_place (year, place, name, numbers) VALUES (?, ?, ?, ?)",
        year,
        at,
        JSON.stringify(name),
        numbers.slice().buffer,
      );
    for (const [list, numbers] of Object.entries({ cells, starts, steps }))
      this.#saveNumbers(year, list, numbers);
  }

  load(year: number): PublishedYear | undefined {
    const [row] = this.#sql.exec<{ facts: string }>("SELECT facts FROM published WHERE year = ?", year);
    if (row === undefined) return undefined;
    const { kept, ...facts } = JSON.parse(row.facts);
    return {
      ...facts,
      places: this.#places(year),
      kept: kept === undefined ? undefined : { ...kept, ...this.#keptArrays(year) },
    };
  }

  #places(year: number): Place[] {
    const rows = this.#sql.exec<{ name: string; numbers: ArrayBuffer }>(
      "SELECT name, numbers FROM published_place WHERE year = ? ORDER BY place",
      year,
    );
    return [...rows].map(({ name, numbers }) => ({ ...JSON.parse(name), numbers: new Int32Array(numbers) }));
  }

  #saveNumbers(year: number, list: string, numbers: Int32Array | undefined): void {
    const most = MOST_BYTES / Int32Array.BYTES_PER_ELEMENT;
    for (let at = 0, part = 0; numbers !== undefined && at < numbers.length; at += most, part += 1)
      this.#sql.exec(
        "INSERT INTO kept (year, list, part, numbers) VALUES (?, ?, ?, ?)",
        year,
        list,
        part,
        numbers.slice(at, at + most).buffer,
      );
  }

  #keptArrays(year: number): KeptArrays {
    const read = (list: string) => {
      const rows = this.#sql.exec<{ numbers: ArrayBuffer }>(
        "SELECT numbers FROM kept WHERE year = ? AND list = ? ORDER BY part",
        year,
        list,
      );
      const parts = [...rows].map(({ numbers }) => new Int32Array(numbers));
      const all = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    };
    return { cells: read("cells"), starts: read("starts"), steps: read("steps") };
  }
}
