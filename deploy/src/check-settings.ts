import { createAccess, readAccessConfig } from "@aarohan/access";
import { readConfig as readExporterConfig } from "@aarohan/exporter/config";
import { readConfig as readGatewayConfig } from "@aarohan/gateway/config";
import { sessionConfig } from "@aarohan/ledger/config";
import { LEDGER_SETTINGS } from "@aarohan/ledger/settings";
import { ConfigError, configured, readSettings } from "@aarohan/settings";
import type { Environment } from "./environment.ts";

/** Hosts that stand for others in documents (RFC 2606 §3, RFC 6761 §6). */
const PLACEHOLDER = /\bexample\.(?:com|net|org)\b|\.(?:example|invalid|test)\b|\blocalhost\b/;

/**
 * Whether the workers' own code can work with an environment's settings and these secrets. Throws a ConfigError that
 * names the setting, and never its value.
 */
export function checkSettings(environment: Environment, secrets: Readonly<Record<string, string>>): void {
  const texts = { ...environment.settings, ...secrets };
  readSettings(LEDGER_SETTINGS, texts);
  if (texts.OIDC_CLIENT_ID) sessionConfig(texts);
  readExporterConfig(texts);
  readGatewayConfig(texts);
  configured(() => createAccess(readAccessConfig(texts)));
  for (const [name, text] of Object.entries(environment.settings)) {
    if (/\bhttp:\/\//.test(text))
      throw new ConfigError(name, "has an http address: what is deployed talks https");
  }
}

/** Names of what still stands as the examples have it. */
export function placeholdersOf(environment: Environment): string[] {
  const texts = Object.entries({ host: environment.host, ...environment.settings });
  return texts.filter(([, text]) => PLACEHOLDER.test(text)).map(([name]) => name);
}
