import { Router } from "itty-router";
import { download } from "./download.ts";
import type { DownloadRequest } from "./download-request.ts";
import { answerError, unknownFile } from "./failure.ts";

/** Files of bulk exports: known caller ▸ limit ▸ own file ▸ range ▸ allowance ▸ trail ▸ bytes. Nothing else is here. */
export function createApp(): ExportedHandler<Env> {
  const router = Router<DownloadRequest, [Env, ExecutionContext]>({ base: "/files", catch: answerError });
  router.get("/:job/:name", download).head("/:job/:name", download).all("*", unknownFile);
  return { fetch: (request, env, context) => router.fetch(request, env, context) };
}
