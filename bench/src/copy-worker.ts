import { deflateRawSync } from "node:zlib";
import { splitBundle } from "@aarohan/fhir";

interface CopyEnv {
  readonly FILES: { put(key: string, bytes: Uint8Array): Promise<unknown> };
}

const PART_BYTES = 64 * 1024 * 1024;
const LINE_FEED = Uint8Array.of(10);

/** Pages → lines → R2: what an export costs that does nothing. */
export default {
  async fetch(request: Request, env: CopyEnv): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const upstream = searchParams.get("upstream") ?? "";
    let copied = 0;
    for (const type of (searchParams.get("types") ?? "").split(",")) {
      let parts: Uint8Array[] = [];
      let size = 0;
      let part = 0;
      const flush = async () => {
        const lines = joined(parts, size);
        const bytes = searchParams.get("gzip") === "true" ? deflateRawSync(lines, { level: 3 }) : lines;
        await env.FILES.put(`${type}.${part}`, bytes);
        part += 1;
        parts = [];
        size = 0;
      };
      for (let next: string | undefined = `${upstream}/${type}`; next !== undefined; ) {
        const page = new Uint8Array(await (await fetch(next)).arrayBuffer());
        const { entries, links } = splitBundle(page, { maximumResourceBytes: 4_000_000 });
        for (const { start, end } of entries) {
          parts.push(page.subarray(start, end), LINE_FEED);
          size += end - start + 1;
        }
        copied += entries.length;
        if (size >= PART_BYTES) await flush();
        next = links.get("next");
      }
      if (size > 0) await flush();
    }
    return new Response(String(copied));
  },
};

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
