import {
  type Access,
  createAccess,
  createEmbedTokens,
  createSealedBox,
  derivedKey,
  type EmbedTokens,
  type SealedBox,
} from "@aarohan/access";
import { createProgramme, type Programme } from "@aarohan/programme";
import { configured } from "@aarohan/settings";
import { type Config, readConfig } from "./config.ts";
import { createPageLinks, type PageLinks } from "./page-link.ts";
import { createRefusals, type Refusals } from "./refusals.ts";
import { createSettingsCache, type SettingsCache } from "./settings-cache.ts";

/** What the steps of the pipeline work with, built once per isolate. */
export interface Services {
  readonly config: Config;
  readonly access: Access;
  readonly programme: Programme;
  readonly refusals: Refusals;
  pageLinks(): Promise<PageLinks>;
  embedTokens(): Promise<EmbedTokens>;
  /** Seals what a browser keeps of a sign-in. */
  attempts(): Promise<SealedBox>;
  readonly settings: SettingsCache;
}

let current: { readonly env: Env; readonly services: Services } | undefined;

/** Throws a ConfigError when the environment cannot be used: then every request fails, none is served half. */
export function servicesFor(env: Env): Services {
  if (current?.env !== env) current = { env, services: createServices(readConfig(env)) };
  return current.services;
}

function createServices(config: Config): Services {
  let pageLinks: PageLinks | undefined;
  let embedTokens: EmbedTokens | undefined;
  let attempts: SealedBox | undefined;
  return {
    config,
    access: configured(() => createAccess(config.access)),
    programme: createProgramme(config.programme),
    refusals: createRefusals((milliseconds) => scheduler.wait(milliseconds)),
    async pageLinks() {
      pageLinks ??= await createPageLinks(config.pageLinkKey);
      return pageLinks;
    },
    async embedTokens() {
      embedTokens ??= createEmbedTokens(await derivedKey(config.pageLinkKey, "embed-token"));
      return embedTokens;
    },
    async attempts() {
      attempts ??= await createSealedBox(await derivedKey(config.pageLinkKey, "sign-in"));
      return attempts;
    },
    settings: createSettingsCache(),
  };
}
