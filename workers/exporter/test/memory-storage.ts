import { DatabaseSync } from "node:sqlite";

/** As much of a Durable Object's storage as is used, in memory: what outlives the object. */
export class MemoryStorage {
  readonly #database = new DatabaseSync(":memory:");
  #values = new Map<string, unknown>();
  #alarm: number | null = null;

  readonly sql = {
    exec: (query: string, ...bindings: (string | number | ArrayBuffer)[]) => {
      if (bindings.length === 0 && !/^\s*SELECT/.test(query)) {
        this.#database.exec(query);
        return [];
      }
      const values = bindings.map((one) => (one instanceof ArrayBuffer ? new Uint8Array(one) : one));
      return this.#database
        .prepare(query)
        .all(...values)
        .map(withBuffers);
    },
  };

  readonly kv = {
    get: (key: string) => structuredClone(this.#values.get(key)),
    put: (key: string, value: unknown) => void this.#values.set(key, structuredClone(value)),
  };

  transactionSync(change: () => void): void {
    const before = new Map(this.#values);
    this.#database.exec("BEGIN");
    try {
      change();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      this.#values = before;
      throw error;
    }
  }

  async getAlarm(): Promise<number | null> {
    return this.#alarm;
  }

  async setAlarm(at: number): Promise<void> {
    this.#alarm = at;
  }

  /** When the alarm was to come, which comes now. */
  takeAlarm(): number | null {
    const at = this.#alarm;
    this.#alarm = null;
    return at;
  }
}

function withBuffers(row: Record<string, unknown>): Record<string, unknown> {
  const values = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Uint8Array.from(value).buffer : value,
  ]);
  return Object.fromEntries(values);
}
