import { buildSync } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

/** The peer: copies a server's pages into R2 as lines, without looking at them. */
export interface CopyPeer {
  /** Resources that were copied. */
  copy(upstream: string, types: readonly string[], isGzip: boolean): Promise<number>;
  close(): Promise<void>;
}

export async function startCopyPeer(): Promise<CopyPeer> {
  const { outputFiles } = buildSync({
    entryPoints: [`${import.meta.dirname}/copy-worker.ts`],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    external: ["node:*"],
    logLevel: "warning",
  });
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      workers: [
        {
          name: "copy",
          compatibilityDate: "2026-11-02",
          compatibilityFlags: ["nodejs_compat"],
          r2Buckets: ["FILES"],
          modules: [{ type: "ESModule", path: "index.js", contents: outputFiles[0]?.text ?? "" }],
        },
      ],
    }),
  );
  const { port } = await runtime.ready;
  return {
    async copy(upstream, types, isGzip) {
      const query = new URLSearchParams({ upstream, types: types.join(","), gzip: String(isGzip) });
      return Number(await (await fetch(`http://localhost:${port}/?${query}`)).text());
    },
    close: () => runtime.dispose(),
  };
}
