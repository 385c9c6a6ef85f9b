import type { ReleaseHead } from "@aarohan/exporter";
import type { EvaluatedGroup } from "@aarohan/measures";
import type { DeclaredQuestion } from "@aarohan/releases";
import type { Context } from "hono";
import type { GatewayEnv } from "./gateway-env.ts";

type Groups = readonly (readonly EvaluatedGroup[] | undefined)[];

export interface ReleasedGroups {
  /** The release that they are of. */
  readonly head: ReleaseHead;
  /** Of each question; `undefined` where the year or the month is not published. */
  readonly groups: Groups;
}

/** A new release is seen after so long at the latest. */
const HEAD_MILLISECONDS = 10_000;
/** How long an edge keeps numbers of a release: they never change, and another release has another address. */
const KEPT_SECONDS = 86_400;

const heads = new Map<string, { readonly head: ReleaseHead; readonly until: number }>();

/** The release in force, kept per isolate for ten seconds; `undefined` before the first one. */
export async function releaseHead(c: Context<GatewayEnv>, tenant: string): Promise<ReleaseHead | undefined> {
  const known = heads.get(tenant);
  if (known !== undefined && known.until > Date.now()) return known.head;
  const head = await c.env.RELEASE_BOOK.getByName(tenant).head(tenant);
  if (head !== undefined) heads.set(tenant, { head, until: Date.now() + HEAD_MILLISECONDS });
  return head;
}

/**
 * Released numbers, from the edge's cache where it has them. The cache's key has tenant, tier, release and everything that is asked; it
 * holds nothing that is not published.
 */
export async function askRelease(
  c: Context<GatewayEnv>,
  tenant: string,
  head: ReleaseHead,
  questions: readonly DeclaredQuestion[],
): Promise<ReleasedGroups> {
  const cached = await caches.default.match(await keyOf(tenant, head, questions));
  if (cached !== undefined) return { head, groups: groupsOf(await cached.json()) };
  const answered = await c.env.RELEASE_BOOK.getByName(tenant).ask(tenant, questions);
  if (answered === undefined) return { head, groups: questions.map(() => undefined) };
  // Another release may have come in between: its numbers stand under its own name.
  const { groups, ...own } = answered;
  c.executionCtx.waitUntil(caches.default.put(await keyOf(tenant, own, questions), kept(groups)));
  return { head: own, groups };
}

async function keyOf(
  tenant: string,
  { release }: ReleaseHead,
  questions: readonly DeclaredQuestion[],
): Promise<Request> {
  const name = JSON.stringify([tenant, "aggregate", release, questions]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return new Request(`https://releases.invalid/${hex}`);
}

function kept(groups: Groups): Response {
  return Response.json(
    groups.map((own) => own ?? null),
    {
      headers: { "Cache-Control": `public, max-age=${KEPT_SECONDS}` },
    },
  );
}

function groupsOf(stored: readonly (readonly EvaluatedGroup[] | null)[]): Groups {
  return stored.map((own) => own ?? undefined);
}
