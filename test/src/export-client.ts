import type { DemoRole } from "@aarohan/devkit";
import { type RawRequest, type RawResponse, rawRequest } from "./raw-client.ts";
import type { TestStack } from "./test-stack.ts";

export interface ManifestFile {
  readonly type: string;
  readonly url: string;
  readonly count: number;
  readonly fileSize: number;
  readonly extension: { readonly "sha-256": string };
}

export interface Manifest {
  readonly transactionTime: string;
  readonly request: string;
  readonly requiresAccessToken: boolean;
  readonly output: readonly ManifestFile[];
  readonly deleted: readonly ManifestFile[];
  readonly error: readonly ManifestFile[];
  readonly outcome: readonly ManifestFile[];
  readonly extension: Readonly<Record<string, unknown>>;
}

/** One user of the bulk export, as a client would be: nothing but HTTP. */
export interface ExportClient {
  /** Header of every request. */
  readonly authorization: string;
  ask(url: string, request?: RawRequest): Promise<RawResponse>;
  /** Below the FHIR base. */
  kickOff(path: string, request?: RawRequest): Promise<RawResponse>;
  /** Asks again after as long as it is told to wait, while that is all that it is told. */
  patiently(url: string, request?: RawRequest): Promise<RawResponse>;
  /** Polls as it is told until the job has ended. */
  settle(location: string): Promise<RawResponse>;
  /** Kick-off to manifest; fails where either is refused. */
  run(path: string, request?: RawRequest): Promise<Manifest>;
  /** Lines of all files of the manifest, parsed. */
  resources(manifest: Manifest): Promise<Record<string, unknown>[]>;
}

/** A fresh user of the role, so that no test uses up another's hour. */
export async function exportClient(
  stack: Pick<TestStack, "mint" | "fhirUrl">,
  role: DemoRole,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<ExportClient> {
  const token = await stack.mint.mint(role, claims);
  const ask = (url: string, request: RawRequest = {}) =>
    rawRequest(url, { ...request, headers: { Authorization: `Bearer ${token}`, ...request.headers } });

  async function askUntil(
    isAnswered: (answer: RawResponse) => boolean,
    url: string,
    request?: RawRequest,
  ): Promise<RawResponse> {
    for (;;) {
      const answer = await ask(url, request);
      if (isAnswered(answer)) return answer;
      await new Promise((done) => setTimeout(done, 1000 * Number(answer.headers["retry-after"])));
    }
  }

  const patiently = (url: string, request?: RawRequest) =>
    askUntil(({ status }) => status !== 429, url, request);
  const settle = (location: string) => askUntil(({ status }) => status !== 202 && status !== 429, location);

  async function run(path: string, request: RawRequest = {}): Promise<Manifest> {
    const accepted = await ask(`${stack.fhirUrl}${path}`, request);
    if (accepted.status !== 202) throw new Error(`kick-off: ${accepted.status} ${accepted.body}`);
    const settled = await settle(String(accepted.headers["content-location"]));
    if (settled.status !== 200) throw new Error(`export: ${settled.status} ${settled.body}`);
    return JSON.parse(settled.body);
  }

  async function resources(manifest: Manifest): Promise<Record<string, unknown>[]> {
    const found: Record<string, unknown>[] = [];
    for (const { url } of manifest.output) {
      const file = await ask(url);
      if (file.status !== 200) throw new Error(`download: ${file.status} ${file.body}`);
      found.push(
        ...file.body
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
    }
    return found;
  }

  return {
    authorization: `Bearer ${token}`,
    ask,
    patiently,
    settle,
    run,
    resources,
    kickOff: (path, request) => ask(`${stack.fhirUrl}${path}`, request),
  };
}
