import type { Generation } from "./fact-table.ts";

/** How what was counted change by change compares with what was read from scratch. */
export interface CubeCheck {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Cells of the cube that count otherwise than the facts that it was counted from. */
  readonly cells: number;
  /** Facts that reading from scratch finds otherwise, of those written before the last round; what was deleted since is among them. */
  readonly facts: number;
}

/** How far the programme's server was read. */
export interface CubeFacts {
  readonly tenant: string;
  /** Id of the key of the names: with another one, everything is read anew. */
  readonly keyId: number;
  /** When the round began, in milliseconds since 1970; `undefined` between two rounds. */
  readonly roundFrom?: number;
  /** Place in `ROUND_PARTS` of what is being read, and the cursor of its next page. */
  readonly part: number;
  readonly cursor?: string;
  /** Latest change of a Consent that was read of this part: from there it goes on without a cursor. */
  readonly readUpTo?: number;
  /** By type the latest change that was read. */
  readonly reached: Readonly<Record<string, number>>;
  /** Everything before is counted. */
  readonly dataAsOf?: number;
  /** When everything was read from scratch. */
  readonly builtAt?: number;
  /** Table whose facts are counted. */
  readonly generation: Generation;
  /** When reading everything anew began, into the other table, while the counted one answers. */
  readonly rebuildFrom?: number;
  /** What the last time found. */
  readonly check?: CubeCheck;
  /** False while the stored cube is older than the facts. */
  readonly isSaved: boolean;
  readonly attempts: number;
}

export type CubeChanges = { readonly [K in keyof CubeFacts]?: CubeFacts[K] | undefined };

const FACTS = "facts";
const FIRST_PART = { part: 0, cursor: undefined, readUpTo: undefined };

/** How far one tenant's indicators are, as it is stored. */
export class CubeProgress {
  readonly #kv: DurableObjectStorage["kv"];

  constructor({ kv }: DurableObjectStorage) {
    this.#kv = kv;
  }

  /** `undefined` where nothing has begun. */
  get facts(): CubeFacts | undefined {
    return this.#kv.get<CubeFacts>(FACTS);
  }

  set(change: CubeChanges): void {
    this.#kv.put(FACTS, { ...this.facts, ...change });
  }

  begin(tenant: string, keyId: number): void {
    this.#kv.put(FACTS, {
      tenant,
      keyId,
      generation: 0,
      part: 0,
      reached: {},
      isSaved: true,
      attempts: 0,
    } satisfies CubeFacts);
  }

  beginRound(change: CubeChanges = {}): void {
    this.set({ roundFrom: Date.now(), ...FIRST_PART, ...change });
  }

  /** Whether it is still what is read: while the server was asked, somebody may have begun another one. */
  isUnderWay({ roundFrom, rebuildFrom }: CubeFacts): boolean {
    return this.facts?.roundFrom === roundFrom && this.facts?.rebuildFrom === rebuildFrom;
  }
}
