import { DurableObject } from "cloudflare:workers";
import {
  createTokenDesk,
  type SessionTokens,
  type SignInAttempt,
  SignInFault,
  sessionBox,
  type TokenDesk,
} from "@aarohan/access";
import type { OpenedSession, SessionHolder, SessionRecord, SessionToken } from "@aarohan/contract";
import { sessionConfig } from "./config.ts";

const HOUR_MILLISECONDS = 3_600_000;
/** How long a session may stand open that is nobody's yet, and how long after a failure its end is told again. */
const MINUTE_MILLISECONDS = 60_000;
const KEPT = "session";

/** As it stands in the storage. */
type KeptSession =
  /** Opened with the issuer; whose it is, is still being found out. */
  | { readonly kind: "opened"; readonly sealed: string; readonly expires: number }
  | {
      readonly kind: "held";
      readonly sealed: string;
      readonly expires: number;
      readonly holder: SessionHolder;
    }
  /** Over; its end is not in the trail yet. */
  | { readonly kind: "ended"; readonly end: SessionRecord; readonly tenant: string };

/**
 * One person's session, named by a hash of the id that the browser holds. The tokens are sealed with a key that only the id
 * gives, and never leave but for the access token. Refreshes once at a time, and deletes itself when it is over.
 */
export class Session extends DurableObject<Env> {
  readonly #name: string;
  #tokens: SessionTokens | undefined;
  #refreshing: Promise<SessionToken> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#name = ctx.id.name ?? "";
  }

  /** Redeems what the browser came back with. The session serves nobody until it is held. */
  async open(id: string, callback: string, attempt: SignInAttempt): Promise<OpenedSession> {
    if (this.#kept() !== undefined) return { kind: "refused" };
    try {
      const tokens = await this.#desk().redeem(new URLSearchParams(callback), attempt);
      const sealed = await this.#seal(id, tokens);
      this.#tokens = tokens;
      this.ctx.storage.kv.put<KeptSession>(KEPT, { kind: "opened", sealed, expires: this.#expiryOf(tokens) });
      await this.ctx.storage.setAlarm(Date.now() + MINUTE_MILLISECONDS);
      return { kind: "opened", accessToken: tokens.accessToken };
    } catch (error) {
      if (error instanceof SignInFault) return { kind: error.kind };
      throw error;
    }
  }

  /** Whose it is, once the access token was verified; false where it is not there to be held. */
  async hold(holder: SessionHolder): Promise<boolean> {
    const kept = this.#kept();
    if (kept?.kind !== "opened") return false;
    this.ctx.storage.kv.put<KeptSession>(KEPT, { ...kept, kind: "held", holder });
    await this.ctx.storage.setAlarm(kept.expires);
    return true;
  }

  /** The access token, refreshed where it runs out soon. An unknown session writes nothing. */
  async token(id: string): Promise<SessionToken> {
    const held = this.#held();
    if (held === undefined) return { kind: "ended" };
    this.#tokens ??= await this.#open(id, held.sealed);
    const tokens = this.#tokens;
    if (tokens === undefined) return { kind: "ended" };
    if (Date.now() < tokens.refreshFrom || tokens.refreshToken === undefined)
      return tokenOf(tokens, held.expires);
    // No await since the tokens were looked at: who comes while a refresh is under way has its outcome.
    this.#refreshing ??= this.#refresh(id, tokens).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** The person signs out: the refresh token is revoked where the issuer revokes, and the session is over in any case. */
  async close(id: string): Promise<void> {
    const held = this.#held();
    if (held === undefined) {
      // What is opened and not held is nobody's.
      if (this.#kept()?.kind === "opened") await this.#forget();
      return;
    }
    const tokens = this.#tokens ?? (await this.#open(id, held.sealed));
    if (tokens === undefined) return;
    await this.#end("signed-out", "0");
    await this.#revoke(tokens);
  }

  override async alarm(): Promise<void> {
    const kept = this.#kept();
    if (kept?.kind === "held" && Date.now() < kept.expires) await this.ctx.storage.setAlarm(kept.expires);
    else if (kept?.kind === "held") await this.#end("expired", "0");
    else if (kept?.kind === "ended") await this.#tell(kept);
    else await this.#forget();
  }

  async #refresh(id: string, tokens: SessionTokens): Promise<SessionToken> {
    try {
      const fresh = await this.#desk().refresh(tokens);
      const sealed = await this.#seal(id, fresh);
      const held = this.#held();
      if (held === undefined) return await this.#discard(fresh);
      this.ctx.storage.kv.put<KeptSession>(KEPT, { ...held, sealed });
      this.#tokens = fresh;
      return tokenOf(fresh, held.expires);
    } catch (error) {
      if (!(error instanceof SignInFault)) throw error;
      return error.kind === "refused" ? this.#endRefused() : this.#withoutIssuer(tokens);
    }
  }

  /** The session was closed while its tokens were refreshed. */
  async #discard(tokens: SessionTokens): Promise<SessionToken> {
    await this.#revoke(tokens);
    return { kind: "ended" };
  }

  /** At the issuer, where it revokes; what cannot be revoked runs out. */
  async #revoke(tokens: SessionTokens): Promise<void> {
    await this.#desk()
      .revoke(tokens)
      .catch(() => undefined);
  }

  async #endRefused(): Promise<SessionToken> {
    if (this.#held() !== undefined) await this.#end("refresh-refused", "4");
    return { kind: "ended" };
  }

  #withoutIssuer(tokens: SessionTokens): SessionToken {
    const held = this.#held();
    if (held === undefined) return { kind: "ended" };
    return Date.now() < tokens.goodUntil ? tokenOf(tokens, held.expires) : { kind: "unavailable" };
  }

  /** The tokens are gone from here on, whether the trail can be written or not. */
  async #end(reason: SessionRecord["reason"], outcome: SessionRecord["outcome"]): Promise<void> {
    const kept = this.#kept();
    if (kept?.kind !== "held") return;
    const { tenant, agent } = kept.holder;
    const end: SessionRecord = {
      requestId: crypto.randomUUID(),
      recorded: new Date().toISOString(),
      event: "logout",
      agent,
      outcome,
      reason,
    };
    const ended: KeptSession = { kind: "ended", end, tenant };
    this.#tokens = undefined;
    this.ctx.storage.kv.put<KeptSession>(KEPT, ended);
    await this.#tell(ended);
  }

  async #tell({ end, tenant }: KeptSession & { readonly kind: "ended" }): Promise<void> {
    // First the alarm: were the runtime to stop here, the end would be told by it.
    await this.ctx.storage.setAlarm(Date.now() + MINUTE_MILLISECONDS);
    try {
      await this.env.AUDIT_TRAIL.getByName(tenant).recordSession(end);
    } catch {
      return;
    }
    await this.#forget();
  }

  async #forget(): Promise<void> {
    this.#tokens = undefined;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #expiryOf({ refreshToken, goodUntil }: SessionTokens): number {
    const longest = Date.now() + sessionConfig(this.env).hours * HOUR_MILLISECONDS;
    return refreshToken === undefined ? Math.min(goodUntil, longest) : longest;
  }

  #kept(): KeptSession | undefined {
    return this.ctx.storage.kv.get<KeptSession>(KEPT);
  }

  #held(): (KeptSession & { readonly kind: "held" }) | undefined {
    const kept = this.#kept();
    return kept?.kind === "held" && Date.now() < kept.expires ? kept : undefined;
  }

  async #seal(id: string, tokens: SessionTokens): Promise<string> {
    return (await sessionBox(id)).seal(tokens, [this.#name]);
  }

  /** What opens was sealed here. */
  async #open(id: string, sealed: string): Promise<SessionTokens | undefined> {
    return (await (await sessionBox(id)).open(sealed, [this.#name])) as SessionTokens | undefined;
  }

  #desk(): TokenDesk {
    const { signIn, secret } = sessionConfig(this.env);
    return createTokenDesk(signIn, secret);
  }
}

function tokenOf({ accessToken, name }: SessionTokens, expires: number): SessionToken {
  return { kind: "token", accessToken, name, expires };
}
