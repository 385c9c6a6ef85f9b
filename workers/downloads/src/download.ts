import { EdgeError, type Identity, type RateDecision } from "@aarohan/contract";
import type { ServedFile } from "@aarohan/exporter";
import { chargeBytes } from "./charge.ts";
import type { DownloadRequest } from "./download-request.ts";
import { noSuchFile } from "./failure.ts";
import { type Asked, closeRecord, openRecord, recordingRefusals } from "./record.ts";
import { type Representation, representationOf } from "./representation.ts";
import { assertScope } from "./scope.ts";
import { accessFor } from "./services.ts";
import { bytesOf, streamOf } from "./stored-bytes.ts";

/** As jobs and their files are named: anything else is asked of nobody. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const NAME = /^[A-Za-z]{2,60}\.(?:\d{1,6}\.\d{1,6}|errors|deleted)\.(?:ndjson|csv|parquet)$/;

/**
 * `GET` and `HEAD /files/{job}/{name}` (RFC 9110 §14): the file to the user who ordered it, in the role in which it was
 * ordered. Charged before it is sent, refunded for what was not; recorded before its first byte and after its last, and once where
 * none is sent.
 */
export async function download(
  request: DownloadRequest,
  env: Env,
  context: ExecutionContext,
): Promise<Response> {
  const identity = await accessFor(env).authenticate(request.headers.get("Authorization") ?? undefined);
  const requestId = request.headers.get("X-Request-Id") ?? crypto.randomUUID();
  const trail = env.AUDIT_TRAIL.getByName(identity.tenant);
  const caller: Asked = { requestId, identity, method: request.method };
  // The limiter and the job are asked at the same time; what the limiter refuses comes first.
  const found = fileFor(request, env, identity);
  found.catch(() => undefined);
  const decision = await recordingRefusals(trail, caller, () => decide(env, identity));
  const refusal = refusalBy(decision);
  if (refusal !== undefined && decision.isCounted) throw refusal;
  const file = await recordingRefusals(trail, caller, async () => {
    if (refusal !== undefined) throw refusal;
    return found;
  });
  const asked = { ...caller, file };
  return recordingRefusals(trail, asked, () => send(request, asked, env, context));
}

async function send(
  request: DownloadRequest,
  asked: Asked & { readonly file: ServedFile },
  env: Env,
  context: ExecutionContext,
): Promise<Response> {
  const { identity, file } = asked;
  assertScope(identity, file);
  const representation = representationOf(request, file);
  const headers = headersOf(representation, file, new URL(request.url).origin);
  const trail = env.AUDIT_TRAIL.getByName(identity.tenant);
  const { start, end, status, isGzip } = representation;
  if (status === 304 || request.method === "HEAD") {
    await openRecord(trail, asked, { status, bytes: 0 });
    return new Response(null, { status, headers });
  }
  const length = end - start;
  const limiter = env.RATE_LIMITER.getByName(identity.userKey);
  await chargeBytes(limiter, length);
  try {
    await openRecord(trail, asked, { status, bytes: length });
  } catch (error) {
    await limiter.refund(length);
    throw error;
  }
  const { body, sent } = streamOf(bytesOf(env.EXPORT_FILES, file, representation), length);
  context.waitUntil(
    sent.then(async (bytes) => {
      if (bytes < length) await limiter.refund(length - bytes);
      await closeRecord(trail, asked, { status, bytes });
    }),
  );
  return new Response(body, { status, headers, encodeBody: isGzip ? "manual" : "automatic" });
}

async function decide(
  env: Env,
  { userKey, tenant, issuer, subject, clientId }: Identity,
): Promise<RateDecision> {
  const agent = { issuer, subject, clientId, role: "none" as const };
  return env.RATE_LIMITER.getByName(userKey).admit({ tenant, agent });
}

function refusalBy({ denied, allowed, limit, resetSeconds }: RateDecision): EdgeError | undefined {
  if (denied) return new EdgeError("token-revoked", "An administrator has revoked this user's access.");
  if (allowed) return undefined;
  return new EdgeError("rate-limited", `More than ${limit} requests within a minute: wait, then repeat.`, {
    retryAfterSeconds: resetSeconds,
  });
}

async function fileFor(request: DownloadRequest, env: Env, identity: Identity): Promise<ServedFile> {
  const [, , job = "", name = "", ...more] = new URL(request.url).pathname.split("/");
  if (!UUID.test(job) || !NAME.test(name) || more.length > 0) throw noSuchFile();
  const { userKey, roles, authorisation, issuer, clientId, recipient } = identity;
  const asking = { userKey, roles, authorisation, issuer, clientId, recipient };
  const file = await env.EXPORT_JOB.getByName(job).file(asking, name);
  if (file === undefined) throw noSuchFile();
  return file;
}

const MEDIA_TYPES = {
  ndjson: "application/fhir+ndjson",
  csv: "text/csv; charset=utf-8; header=present",
  parquet: "application/vnd.apache.parquet",
} as const;

function headersOf(representation: Representation, file: ServedFile, origin: string): Headers {
  const { etag, start, end, size, isGzip, status } = representation;
  const headers = new Headers({
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store, no-transform",
    ETag: etag,
    Expires: new Date(file.expires).toUTCString(),
    Vary: "Accept-Encoding, Authorization",
  });
  if (status === 304) return headers;
  headers.set("Content-Type", MEDIA_TYPES[file.format]);
  headers.set("Content-Length", String(end - start));
  headers.set("Content-Disposition", `attachment; filename="${file.name}"`);
  if (isGzip) headers.set("Content-Encoding", "gzip");
  // Of the whole selected representation (RFC 9530 §3), which is known without its coding.
  else headers.set("Repr-Digest", `sha-256=:${btoa(String.fromCharCode(...file.file.digest))}:`);
  if (status === 206) headers.set("Content-Range", `bytes ${start}-${end - 1}/${size}`);
  if (file.format === "csv") {
    headers.set(
      "Link",
      `<${origin}/fhir/${file.type}/$data-dictionary>; rel="describedby"; type="application/csvm+json"`,
    );
  }
  return headers;
}
