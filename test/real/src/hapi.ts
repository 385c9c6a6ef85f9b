import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AnyResource } from "@aarohan/fhir";
import type { JavaBuild } from "./java-build.ts";
import { type JavaProcess, startJava } from "./java-process.ts";

/** A running HAPI server, as processes tell each other of it. */
export interface HapiAddress {
  /** Of its launcher, for another one with partitions. */
  readonly classPath: readonly string[];
  readonly port: number;
  /** File with the hash of what it holds; none where it holds something else. */
  readonly holdings: string;
}

const PER_TRANSACTION = 250;

/** Starts HAPI's JPA server on a free loopback port, its database in memory. */
export async function startHapi(
  { classPath }: Pick<JavaBuild, "classPath">,
  logFile: string,
  isPartitioned = false,
): Promise<JavaProcess & { readonly port: number }> {
  const process = await startJava({
    options: [
      "-Xmx1g",
      "-XX:TieredStopAtLevel=1",
      "-Dorg.jboss.logging.provider=slf4j",
      `-Dpartitioning=${isPartitioned}`,
    ],
    classPath,
    mainClass: "in.aarohan.real.FhirServer",
    logFile,
    ready: /^listening on (\d+)$/m,
  });
  return { ...process, port: Number(process.ready[1]) };
}

/** Has the server hold these resources and nothing else; at once where that is so already. */
export async function hold(hapi: HapiAddress, resources: readonly AnyResource[]): Promise<void> {
  const hash = createHash("sha256").update(JSON.stringify(resources)).digest("hex");
  if (existsSync(hapi.holdings) && readFileSync(hapi.holdings, "utf8") === hash) return;
  rmSync(hapi.holdings, { force: true });
  await expunge(hapi);
  await load(`http://127.0.0.1:${hapi.port}/fhir`, resources);
  await tellWhenWritten(hapi, resources);
  writeFileSync(hapi.holdings, hash);
}

/** Everything goes, histories and searches included. */
async function expunge({ port }: HapiAddress): Promise<void> {
  await post(`http://127.0.0.1:${port}/fhir/$expunge`, {
    resourceType: "Parameters",
    parameter: [{ name: "expungeEverything", valueBoolean: true }],
  });
}

/**
 * Writes each resource under its own id, in their order: HAPI does not index a reference to what is not there yet, and never
 * finds the resource by it. Holds the JSON of one transaction.
 */
export async function load(baseUrl: string, resources: readonly AnyResource[]): Promise<void> {
  for (let at = 0; at < resources.length; at += PER_TRANSACTION) {
    await post(baseUrl, transactionOf(resources.slice(at, at + PER_TRANSACTION)));
  }
}

function transactionOf(resources: readonly AnyResource[]) {
  const entry = resources.map((resource) => ({
    resource: storable(resource),
    request: { method: "PUT", url: `${resource.resourceType}/${resource.id}` },
  }));
  return { resourceType: "Bundle", type: "transaction", entry };
}

/**
 * What HAPI refuses, as the nearest that it stores: a phone typed as a number has more than an integer's 32 bits (FHIR R4
 * §2.24.0.1) and becomes a decimal; a Consent whose provision is not one loses it, and still cannot be read.
 */
function storable(resource: AnyResource): unknown {
  return JSON.parse(JSON.stringify(resource), function replace(this: Record<string, unknown>, name, value) {
    if (name === "provision" && Array.isArray(value)) return undefined;
    if (name !== "valueInteger" || Math.abs(value) < 2 ** 31) return value;
    this.valueDecimal = value;
    return undefined;
  });
}

/** A server that is asked the same minutes after it was written to does not look like one that was written to over years. */
async function tellWhenWritten({ port }: HapiAddress, resources: readonly AnyResource[]): Promise<void> {
  const lines = resources.flatMap(({ resourceType, id, meta }) => {
    const { lastUpdated } = Object(meta);
    return typeof lastUpdated === "string"
      ? [`${resourceType}\t${id}\t${new Date(lastUpdated).toISOString()}`]
      : [];
  });
  const { status } = await fetch(`http://127.0.0.1:${port}/written-at`, {
    method: "POST",
    body: lines.join("\n"),
  });
  if (status !== 204) throw new Error(`HAPI was not told when its resources were written: ${status}`);
}

async function post(url: string, resource: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/fhir+json", Prefer: "return=minimal" },
    body: JSON.stringify(resource),
  });
  const text = await response.text();
  if (response.status !== 200)
    throw new Error(`HAPI refuses ${url}: ${response.status} ${text.slice(0, 2000)}`);
}
