import {
  type ClassDecision,
  decideGeneralisation,
  monthOf,
  type PatientClass,
  patientAbout,
  type QuasiIdentifiers,
  quasiIdentifiersOf,
} from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";

/** What a slice shows of patients, by pseudonym: as of Patients, and the first month of what is about them. */
export interface PatientFacts {
  readonly patients: readonly (readonly [
    id: string,
    birth: string,
    gender: string,
    district: string,
    state: string,
  ])[];
  readonly months: readonly (readonly [id: string, month: string])[];
}

/** Gathers them from resources as they are about to leave: none of these is kept. */
export class FactGatherer {
  readonly #patients: PatientFacts["patients"][number][] = [];
  readonly #months = new Map<string, string>();

  add(resource: AnyResource): void {
    const id = patientAbout(resource);
    if (id === undefined) return;
    if (resource.resourceType === "Patient") {
      const { birth, gender, district, state } = quasiIdentifiersOf(resource);
      this.#patients.push([id, birth, gender, district, state]);
    }
    const month = monthOf(resource);
    const known = this.#months.get(id);
    if (month !== undefined && (known === undefined || month < known)) this.#months.set(id, month);
  }

  facts(): PatientFacts {
    return { patients: this.#patients, months: [...this.#months] };
  }
}

/** How coarse a patient's data leave. */
export interface PatientLevel {
  readonly id: string;
  readonly level: ClassDecision;
}

type ClassRecord = {
  readonly birth: string;
  readonly gender: string;
  readonly district: string;
  readonly state: string;
  readonly month: string;
  readonly count: number;
};

/**
 * What a job's files show of patients, in tables of its own: rows that are told twice count once. Counted by the database,
 * which holds one group at a time.
 */
export class FactStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS fact (
        shard INTEGER NOT NULL,
        id TEXT NOT NULL,
        birth TEXT,
        gender TEXT,
        district TEXT,
        state TEXT,
        month TEXT,
        PRIMARY KEY (shard, id)
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS level (id TEXT PRIMARY KEY, level TEXT NOT NULL) WITHOUT ROWID;
      CREATE VIEW IF NOT EXISTS person AS
        SELECT id, max(birth) birth, max(gender) gender, max(district) district, max(state) state, min(month) month,
          max(shard > 0 AND gender IS NOT NULL) isShown
        FROM fact GROUP BY id HAVING max(shard) > 0;
    `);
  }

  /** `shard`: below 0 for one that only helps to count, and whose patients are not exported by it. */
  add(shard: number, { patients, months }: PatientFacts): void {
    this.#sql.exec(
      `INSERT INTO fact (shard, id, birth, gender, district, state)
       SELECT ?, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) WHERE true
       ON CONFLICT (shard, id) DO UPDATE SET birth = excluded.birth, gender = excluded.gender,
         district = excluded.district, state = excluded.state`,
      shard,
      JSON.stringify(patients),
    );
    this.#sql.exec(
      `INSERT INTO fact (shard, id, month) SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true
       ON CONFLICT (shard, id) DO UPDATE SET month = min(ifnull(month, excluded.month), excluded.month)`,
      shard,
      JSON.stringify(months),
    );
  }

  /** Of one shard that is read anew, or of all. */
  forget(shard?: number): void {
    if (shard === undefined) this.#sql.exec("DELETE FROM fact");
    else this.#sql.exec("DELETE FROM fact WHERE shard = ?", shard);
  }

  /** Patients who look alike, in an order of their own; of all, or of those whose Patient is exported, or is not. */
  *classes(isShown?: boolean): Generator<PatientClass> {
    const rows = this.#sql.exec<ClassRecord>(
      `SELECT ifnull(birth, '') birth, ifnull(gender, '') gender, ifnull(district, '') district,
         ifnull(state, '') state, ifnull(month, '') month, count(*) count
       FROM person WHERE isShown BETWEEN ? AND ? GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
      isShown === true ? 1 : 0,
      isShown === false ? 0 : 1,
    );
    for (const { count, ...shown } of rows) yield { shown, count };
  }

  /**
   * Decides by the classes how coarse each patient leaves, and forgets what was counted. Those of whom only events are
   * exported are counted among themselves: they do not look like those whose Patient is there.
   */
  decide(minimum: number): void {
    for (const isShown of [true, false]) {
      const classes = [...this.classes(isShown)];
      const decisions = decideGeneralisation(classes, minimum);
      for (const [index, decision] of decisions.entries()) {
        const shown = classes[index]?.shown;
        if (decision !== 0 && shown !== undefined) this.#set(shown, isShown, decision);
      }
    }
    this.forget();
  }

  #set(shown: QuasiIdentifiers, isShown: boolean, decision: ClassDecision): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO level (id, level) SELECT id, ? FROM person
       WHERE ifnull(birth, '') = ? AND ifnull(gender, '') = ? AND ifnull(district, '') = ?
         AND ifnull(state, '') = ? AND ifnull(month, '') = ? AND isShown = ?`,
      String(decision),
      shown.birth,
      shown.gender,
      shown.district,
      shown.state,
      shown.month,
      isShown ? 1 : 0,
    );
  }

  /** Levels of these patients, of those who do not leave as they are. */
  levelsOf(ids: readonly string[]): PatientLevel[] {
    const rows = this.#sql.exec<{ id: string; level: string }>(
      "SELECT id, level FROM level WHERE id IN (SELECT value FROM json_each(?))",
      JSON.stringify(ids),
    );
    return [...rows].map(({ id, level }) => ({ id, level: decisionOf(level) }));
  }

  /** How many patients leave at each level but 0. */
  levels(): Readonly<Record<string, number>> {
    const rows = this.#sql.exec<{ level: string; count: number }>(
      "SELECT level, count(*) count FROM level GROUP BY level ORDER BY level",
    );
    return Object.fromEntries([...rows].map(({ level, count }) => [level, count]));
  }
}

function decisionOf(level: string): ClassDecision {
  return level === "1" ? 1 : level === "2" ? 2 : level === "3" ? 3 : "withheld";
}
