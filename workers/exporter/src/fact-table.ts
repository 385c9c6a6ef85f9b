import type { Fact, FactStore } from "@aarohan/measures";

/** There are two: one that is counted, and one in which everything is read anew beside it. */
export type Generation = 0 | 1;

/** Facts of all resources, one row each, and which Patients are linked. The names in them are pseudonyms of no recipient. */
export class FactTable implements FactStore {
  readonly #sql: SqlStorage;
  readonly #fact: string;
  readonly #link: string;

  constructor(sql: SqlStorage, generation: Generation) {
    this.#sql = sql;
    this.#fact = `fact_${generation}`;
    this.#link = `link_${generation}`;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS ${this.#fact} (key TEXT PRIMARY KEY, patient TEXT NOT NULL, fact TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS ${this.#fact}_patient ON ${this.#fact} (patient);
      CREATE TABLE IF NOT EXISTS ${this.#link} (key TEXT NOT NULL, patient TEXT NOT NULL, other TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS ${this.#link}_key ON ${this.#link} (key);
      CREATE INDEX IF NOT EXISTS ${this.#link}_patient ON ${this.#link} (patient);
    `);
  }

  get(key: string): Fact | undefined {
    const [row] = this.#sql.exec<{ fact: string }>(`SELECT fact FROM ${this.#fact} WHERE key = ?`, key);
    return row === undefined ? undefined : JSON.parse(row.fact);
  }

  put(fact: Fact): void {
    const { key, patient } = fact;
    this.remove(key);
    this.#sql.exec(
      `INSERT INTO ${this.#fact} (key, patient, fact) VALUES (?, ?, ?)`,
      key,
      patient,
      JSON.stringify(fact),
    );
    for (const other of fact.kind === "person" ? fact.links : []) {
      const insert = `INSERT INTO ${this.#link} (key, patient, other) VALUES (?, ?, ?), (?, ?, ?)`;
      this.#sql.exec(insert, key, patient, other, key, other, patient);
    }
  }

  remove(key: string): void {
    this.#sql.exec(`DELETE FROM ${this.#fact} WHERE key = ?`, key);
    this.#sql.exec(`DELETE FROM ${this.#link} WHERE key = ?`, key);
  }

  about(patient: string): readonly Fact[] {
    const rows = this.#sql.exec<{ fact: string }>(
      `SELECT fact FROM ${this.#fact} WHERE patient = ?`,
      patient,
    );
    return [...rows].map(({ fact }) => JSON.parse(fact));
  }

  linked(patient: string): readonly string[] {
    const rows = this.#sql.exec<{ other: string }>(
      `SELECT DISTINCT other FROM ${this.#link} WHERE patient = ?`,
      patient,
    );
    return [...rows].map(({ other }) => other);
  }

  *patients(): Generator<string> {
    for (const { patient } of this.#sql.exec<{ patient: string }>(
      `SELECT DISTINCT patient FROM ${this.#fact}`,
    ))
      yield patient;
  }

  clear(): void {
    this.#sql.exec(`DELETE FROM ${this.#fact}`);
    this.#sql.exec(`DELETE FROM ${this.#link}`);
  }

  /** Facts that the other table has otherwise, or not at all, of those that were written before an instant. */
  unlike(other: FactTable, before: number): number {
    const [row] = this.#sql.exec<{ found: number }>(
      `SELECT COUNT(*) AS found FROM ${this.#fact} AS own LEFT JOIN ${other.#fact} AS other USING (key)
       WHERE json_extract(own.fact, '$.version[0]') < ? AND other.fact IS NOT own.fact`,
      before,
    );
    return row?.found ?? 0;
  }
}
