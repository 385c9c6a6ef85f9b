import type { HistoryVersion } from "@aarohan/upstream";

/** Why deletions of a type are not listed. */
export type UntoldReason = "narrowed" | "unknown" | "failed";

export interface UntoldType {
  readonly type: string;
  readonly reason: UntoldReason;
}

type TypeRecord = { readonly type: string; readonly cursor: string | null; readonly state: string };

/** What a job knows of deletions: of each type how far its history was read, and of each resource whether it is gone. */
export class DeletionStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`
      CREATE TABLE IF NOT EXISTS history (type TEXT PRIMARY KEY, cursor TEXT, state TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS gone (
        type TEXT NOT NULL,
        id TEXT NOT NULL,
        gone INTEGER NOT NULL,
        PRIMARY KEY (type, id)
      ) WITHOUT ROWID;
    `);
  }

  isKnown(type: string): boolean {
    const [row] = this.#sql.exec<TypeRecord>("SELECT * FROM history WHERE type = ?", type);
    return row !== undefined && row.state !== "reading";
  }

  /** Where the history goes on; `undefined` at its begin. */
  cursor(type: string): string | undefined {
    const [row] = this.#sql.exec<TypeRecord>("SELECT * FROM history WHERE type = ?", type);
    return row?.cursor ?? undefined;
  }

  /** A page: its versions are older than those of the page before, so that the first of a resource counts. */
  add(type: string, versions: readonly HistoryVersion[], next: string | undefined): void {
    for (const { id, isDeletion } of versions) {
      this.#sql.exec(
        "INSERT OR IGNORE INTO gone (type, id, gone) VALUES (?, ?, ?)",
        type,
        id,
        isDeletion ? 1 : 0,
      );
    }
    this.#set(type, next ?? null, next === undefined ? "read" : "reading");
  }

  /** Resources of patients whose data are withheld now, whatever their history says. */
  addWithdrawn(type: string, ids: readonly string[]): void {
    for (const id of ids) {
      this.#sql.exec("INSERT OR REPLACE INTO gone (type, id, gone) VALUES (?, ?, 1)", type, id);
    }
  }

  /** The history cannot be read further: what is known of it is not told. */
  end(type: string, reason: UntoldReason): void {
    this.#sql.exec("DELETE FROM gone WHERE type = ?", type);
    this.#set(type, null, reason);
  }

  /** The server has forgotten where it was. */
  restart(type: string): void {
    this.#sql.exec("DELETE FROM gone WHERE type = ?", type);
    this.#set(type, null, "reading");
  }

  untold(): UntoldType[] {
    const rows = this.#sql.exec<TypeRecord>("SELECT * FROM history ORDER BY type");
    return [...rows].flatMap(({ type, state }) => (isReason(state) ? [{ type, reason: state }] : []));
  }

  all(): { readonly type: string; readonly id: string }[] {
    return [...this.#sql.exec<{ type: string; id: string }>("SELECT type, id FROM gone WHERE gone = 1")];
  }

  #set(type: string, cursor: string | null, state: string): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO history (type, cursor, state) VALUES (?, ?, ?)",
      type,
      cursor,
      state,
    );
  }
}

function isReason(state: string): state is UntoldReason {
  return state === "narrowed" || state === "unknown" || state === "failed";
}
