import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const SCRIPT =
  "export default { fetch: (request, env) => fetch(env.UPSTREAM + new URL(request.url).pathname.slice(5)) };";

/** The peer: a worker that does nothing but hand the upstream's answer on, on a socket of its own. */
export async function startPassThrough(upstream: string): Promise<{ url: string; close(): Promise<void> }> {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      workers: [
        {
          name: "pass-through",
          compatibilityDate: "2026-11-02",
          bindings: { UPSTREAM: upstream },
          unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
          modules: [{ type: "ESModule", path: "index.js", contents: SCRIPT }],
        },
      ],
    }),
  );
  const { origin } = await runtime.unsafeGetDirectURL();
  return { url: `${origin}/fhir`, close: () => runtime.dispose() };
}
