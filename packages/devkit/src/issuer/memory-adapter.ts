import type { Adapter, AdapterPayload } from "oidc-provider";

interface Entry {
  readonly payload: AdapterPayload;
  readonly expiresAtMilliseconds: number;
}

const DEFAULT_LIFETIME_SECONDS = 86_400;

/**
 * What the issuer remembers of one kind of thing (sessions, codes, grants, …): it ends with the process. The provider
 * makes one of these for each kind.
 */
export class MemoryAdapter implements Adapter {
  readonly #entries = new Map<string, Entry>();

  async upsert(
    id: string,
    payload: AdapterPayload,
    expiresInSeconds = DEFAULT_LIFETIME_SECONDS,
  ): Promise<void> {
    this.#forgetExpired();
    this.#entries.set(id, { payload, expiresAtMilliseconds: Date.now() + expiresInSeconds * 1000 });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    this.#forgetExpired();
    return this.#entries.get(id)?.payload;
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.uid === uid);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findWhere((payload) => payload.userCode === userCode);
  }

  async consume(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.payload.consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id: string): Promise<void> {
    this.#entries.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#entries) if (payload.grantId === grantId) this.#entries.delete(id);
  }

  #findWhere(test: (payload: AdapterPayload) => boolean): AdapterPayload | undefined {
    this.#forgetExpired();
    for (const { payload } of this.#entries.values()) if (test(payload)) return payload;
    return undefined;
  }

  #forgetExpired(): void {
    const now = Date.now();
    for (const [id, entry] of this.#entries) if (entry.expiresAtMilliseconds <= now) this.#entries.delete(id);
  }
}
