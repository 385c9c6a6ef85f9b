import type { Fact, FactStore } from "@aarohan/measures";

/** Facts of all resources, one row each, and which Patients are linked. The names in them are pseudonyms of no recipient. */
export class FactTable implements FactStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS fact (key TEXT PRIMARY KEY, patient TEXT NOT NULL, fact TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS fact_patient ON fact (patient);
      CREATE TABLE IF NOT EXISTS link (key TEXT NOT NULL, patient TEXT NOT NULL, other TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS link_key ON link (key);
      CREATE INDEX IF NOT EXISTS link_patient ON link (patient);
    `);
  }

  get(key: string): Fact | undefined {
    const [row] = this.#sql.exec<{ fact: string }>("SELECT fact FROM fact WHERE key = ?", key);
    return row === undefined ? undefined : JSON.parse(row.fact);
  }

  put(fact: Fact): void {
    const { key, patient } = fact;
    this.remove(key);
    this.#sql.exec(
      "INSERT INTO fact (key, patient, fact) VALUES (?, ?, ?)",
      key,
      patient,
      JSON.stringify(fact),
    );
    for (const other of fact.kind === "person" ? fact.links : []) {
      const insert = "INSERT INTO link (key, patient, other) VALUES (?, ?, ?), (?, ?, ?)";
      this.#sql.exec(insert, key, patient, other, key, other, patient);
    }
  }

  remove(key: string): void {
    this.#sql.exec("DELETE FROM fact WHERE key = ?", key);
    this.#sql.exec("DELETE FROM link WHERE key = ?", key);
  }

  about(patient: string): readonly Fact[] {
    const rows = this.#sql.exec<{ fact: string }>("SELECT fact FROM fact WHERE patient = ?", patient);
    return [...rows].map(({ fact }) => JSON.parse(fact));
  }

  linked(patient: string): readonly string[] {
    const rows = this.#sql.exec<{ other: string }>(
      "SELECT DISTINCT other FROM link WHERE patient = ?",
      patient,
    );
    return [...rows].map(({ other }) => other);
  }

  *patients(): Generator<string> {
    for (const { patient } of this.#sql.exec<{ patient: string }>("SELECT DISTINCT patient FROM fact"))
      yield patient;
  }

  clear(): void {
    this.#sql.exec("DELETE FROM fact");
    this.#sql.exec("DELETE FROM link");
  }
}
