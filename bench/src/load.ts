import { Agent, request } from "node:http";

export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly bytes: number;
}

export interface LoadOptions {
  readonly requests: number;
  readonly concurrency: number;
  /** Headers of the n-th request. */
  readonly headers: (index: number) => Record<string, string>;
  /** What stands behind the URL of a request. Default nothing. */
  readonly query?: () => string;
}

/** A bounded number of GET requests to loopback, so many at a time. Throws for an answer that is not 200. */
export async function load(url: string, options: LoadOptions): Promise<LoadResult> {
  const { hostname } = new URL(url);
  if (!["localhost", "127.0.0.1"].includes(hostname)) throw new Error("load goes to loopback only");
  const agent = new Agent({ keepAlive: true, maxSockets: options.concurrency });
  const times: number[] = [];
  let bytes = 0;
  let next = 0;
  const started = performance.now();
  async function worker(): Promise<void> {
    while (next < options.requests) {
      const index = next;
      next += 1;
      const begin = performance.now();
      bytes = await get(url + (options.query?.() ?? ""), agent, options.headers(index));
      times.push(performance.now() - begin);
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return { requestsPerSecond: options.requests / seconds, p50: at(0.5), p99: at(0.99), bytes };
}

function get(url: string, agent: Agent, headers: Record<string, string>): Promise<number> {
  return new Promise((done, failed) => {
    const outgoing = request(url, { agent, headers }, (incoming) => {
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      incoming.on("error", failed);
      incoming.on("end", () => {
        if (incoming.statusCode === 200) done(bytes);
        else failed(new Error(`status ${incoming.statusCode}`));
      });
    });
    outgoing.on("error", failed);
    outgoing.end();
  });
}
