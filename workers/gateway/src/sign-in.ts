import { newSessionId, type SignInConfig, servingRole, sessionNameOf, startSignIn } from "@aarohan/access";
import { type AuditAgent, EdgeError, type Identity, type SessionRecord } from "@aarohan/contract";
import type { Session } from "@aarohan/ledger";
import type { Context, Handler } from "hono";
import { publicOrigin } from "./address.ts";
import { issuerUnreachable } from "./caller-authorization.ts";
import { addressOf, countRefusal } from "./count-refusal.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { returnPath } from "./return-path.ts";
import { setSessionCookie } from "./session-cookie.ts";
import { type KeptAttempt, keepAttempt, takeAttempt } from "./sign-in-cookie.ts";

/** `GET /auth/login?return=/path`: sends the browser to the issuer. */
export function signIn(): Handler<GatewayEnv> {
  return async function signIn(c) {
    const config = signInConfig(c);
    await assertNoFlood(c);
    const origin = publicOrigin(c);
    const returnTo = returnPath(c.req.query("return"), origin);
    const { url, attempt } = await startSignIn(config, `${origin}/auth/callback`);
    await keepAttempt(c, attempt, returnTo);
    return c.redirect(url, 303);
  };
}

/**
 * `GET /auth/callback`: the browser comes back from the issuer, and goes on to where it wanted, with a session of a new id;
 * or to the start page, which is told in `sign-in` why not.
 */
export function finishSignIn(): Handler<GatewayEnv> {
  return async function finishSignIn(c) {
    try {
      signInConfig(c);
      await assertNoFlood(c);
      return c.redirect(await signedIn(c), 303);
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error;
      // Who is known is in the trail by name.
      const refusal = c.get("identity") === undefined ? await countRefusal(c, error) : error;
      c.error = refusal;
      return c.redirect(`/?sign-in=${refusal.code}`, 303);
    }
  };
}

async function signedIn(c: Context<GatewayEnv>): Promise<string> {
  const kept = await takeAttempt(c, c.req.query("state"));
  if (kept === undefined) throw refused("This sign-in has ended, or began in another browser.");
  const id = newSessionId();
  const session = c.env.SESSION.getByName(await sessionNameOf(id));
  const accessToken = await opened(c, session, id, kept);
  try {
    await admit(c, session, accessToken);
  } catch (error) {
    await session.close(id);
    throw error;
  }
  setSessionCookie(c, id);
  return kept.returnTo;
}

async function opened(
  c: Context<GatewayEnv>,
  session: DurableObjectStub<Session>,
  id: string,
  { attempt }: KeptAttempt,
): Promise<string> {
  const answer = await session.open(id, new URL(c.req.url).search, attempt);
  if (answer.kind === "unavailable") throw issuerUnreachable();
  if (answer.kind === "refused") throw refused("The issuer did not sign you in.");
  return answer.accessToken;
}

/** The person's token is held to what every caller's is, and the trail knows of them before the session serves. */
async function admit(
  c: Context<GatewayEnv>,
  session: DurableObjectStub<Session>,
  accessToken: string,
): Promise<void> {
  const identity = await c.get("services").access.authenticate(`Bearer ${accessToken}`);
  c.set("identity", identity);
  try {
    const role = servingRole(identity.roles, undefined);
    const { denied } = await c.env.RATE_LIMITER.getByName(identity.userKey).standing();
    if (denied) throw new EdgeError("token-revoked", "An administrator has revoked this user's access.");
    const agent = agentOf(identity, role);
    await recordSignIn(c, agent, "0", "signed-in");
    if (!(await session.hold({ tenant: identity.tenant, agent }))) throw refused("This sign-in has ended.");
  } catch (error) {
    if (error instanceof EdgeError && error.status < 500) {
      await recordSignIn(c, agentOf(identity, "none"), "4", error.code);
    }
    throw error;
  }
}

function agentOf({ issuer, subject, clientId }: Identity, role: AuditAgent["role"]): AuditAgent {
  return { issuer, subject, clientId, role };
}

async function recordSignIn(
  c: Context<GatewayEnv>,
  agent: AuditAgent,
  outcome: SessionRecord["outcome"],
  reason: SessionRecord["reason"],
): Promise<void> {
  try {
    await c.env.AUDIT_TRAIL.getByName(c.get("identity").tenant).recordSession({
      requestId: crypto.randomUUID(),
      recorded: new Date().toISOString(),
      event: "login",
      agent,
      outcome,
      reason,
    });
  } catch (cause) {
    throw new EdgeError("audit-unavailable", "The audit trail cannot be written, so nobody is signed in.", {
      cause,
      retryAfterSeconds: 5,
    });
  }
}

/** Throws `sign-in-unavailable` where the gateway is no client of an issuer. */
export function signInConfig(c: Context<GatewayEnv>): SignInConfig {
  const { signIn } = c.get("services").config;
  if (signIn !== undefined) return signIn;
  throw new EdgeError("sign-in-unavailable", "Nobody signs in here: the gateway is no client of an issuer.");
}

/** Each attempt may cost an exchange with the issuer. */
async function assertNoFlood(c: Context<GatewayEnv>): Promise<void> {
  const { success } = await c.env.SIGN_INS_PER_ADDRESS.limit({ key: addressOf(c) });
  if (success) return;
  throw new EdgeError("rate-limited", "Too many attempts to sign in from this address: wait a minute.", {
    retryAfterSeconds: 60,
  });
}

function refused(message: string): EdgeError {
  return new EdgeError("sign-in-refused", `${message} Start again.`);
}
