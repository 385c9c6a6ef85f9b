import { DurableObject } from "cloudflare:workers";
import type {
  ChangedSettings,
  ProgrammeSettings,
  SettingsChange,
  VersionedSettings,
} from "@aarohan/contract";

/** Made by the first change: strangers may ask for a tenant's widgets, and leave nothing behind. */
const VERSIONS = `
  CREATE TABLE IF NOT EXISTS version (
    version INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    requestId TEXT NOT NULL,
    settings TEXT NOT NULL
  )
`;
/** Versions that are kept, with who made each. */
const MOST_VERSIONS = 100;

/** What the administrators of one tenant have set: each change is a version, and the last one is in force. */
export class Settings extends DurableObject<Env> {
  async read(): Promise<VersionedSettings> {
    return this.#current();
  }

  /** `expected`: the version that the change was made from. Another one in force is a conflict, and nothing is changed. */
  async change(
    expected: number,
    settings: ProgrammeSettings,
    { at, by, requestId }: SettingsChange,
  ): Promise<ChangedSettings> {
    const { version } = this.#current();
    if (version !== expected) return { kind: "conflict", version };
    const { sql } = this.ctx.storage;
    sql.exec(VERSIONS);
    sql.exec(
      "INSERT INTO version (version, at, by, requestId, settings) VALUES (?, ?, ?, ?, ?)",
      version + 1,
      at,
      by,
      requestId,
      JSON.stringify(settings),
    );
    sql.exec("DELETE FROM version WHERE version <= ?", version + 1 - MOST_VERSIONS);
    return { kind: "changed", version: version + 1 };
  }

  #current(): VersionedSettings {
    if (!this.#wasChanged()) return { version: 0, settings: undefined };
    const [row] = this.ctx.storage.sql.exec<{ version: number; settings: string }>(
      "SELECT version, settings FROM version ORDER BY version DESC LIMIT 1",
    );
    return row === undefined
      ? { version: 0, settings: undefined }
      : { version: row.version, settings: JSON.parse(row.settings) };
  }

  #wasChanged(): boolean {
    const tables = this.ctx.storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'version'");
    return [...tables].length > 0;
  }
}
