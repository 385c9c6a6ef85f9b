import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ConfigError } from "@aarohan/settings";
import { SETTINGS } from "./all-settings.ts";
import { ROOT } from "./root.ts";

/** Where and how the workers are deployed: `deploy/environments/<name>.json`. It holds no secret. */
export interface Environment {
  readonly name: string;
  /** Behind the names of workers and buckets; "" for none. */
  readonly suffix: string;
  /** Host of the gateway, in a zone of the account; "" for the account's own address, for a trial. */
  readonly host: string;
  /** R2's location hint. */
  readonly bucketLocation: string;
  /** Added to the numbers of rate-limit namespaces, which an account's workers share. */
  readonly rateLimitNamespaceOffset: number;
  /** Optional secrets that it goes without. */
  readonly withoutSecrets: readonly string[];
  /** Settings by name, for each worker that declares them; what is not here has its default. */
  readonly settings: Readonly<Record<string, string>>;
}

const LOCATIONS = ["weur", "eeur", "apac", "wnam", "enam", "oc"];
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;
const KNOWN = ["suffix", "host", "bucketLocation", "rateLimitNamespaceOffset", "optionalSecrets", "settings"];

/** Throws an Error that says what is wrong with the file, and never a value. */
export function readEnvironment(name: string): Environment {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error("an environment is named in lower case letters");
  const file = `deploy/environments/${name}.json`;
  if (!existsSync(resolve(ROOT, file))) throw new Error(`there is no ${file}`);
  return environmentOf(name, JSON.parse(readFileSync(resolve(ROOT, file), "utf8")));
}

export function environmentOf(name: string, given: unknown): Environment {
  const fields: Record<string, unknown> = Object(given);
  const unknown = Object.keys(fields).find((field) => !KNOWN.includes(field));
  if (unknown !== undefined) throw new Error(`${name}: has no field ${unknown}`);
  return {
    name,
    suffix: fieldOf(fields, "suffix", (text) => /^(?:-[a-z0-9-]+)?$/.test(text)),
    host: fieldOf(fields, "host", (text) => text === "" || HOST.test(text)),
    bucketLocation: fieldOf(fields, "bucketLocation", (text) => LOCATIONS.includes(text)),
    rateLimitNamespaceOffset: offsetOf(fields.rateLimitNamespaceOffset),
    withoutSecrets: withoutSecretsOf(fields.optionalSecrets),
    settings: settingsOf(Object(fields.settings)),
  };
}

function fieldOf(
  fields: Readonly<Record<string, unknown>>,
  field: string,
  check: (text: string) => boolean,
): string {
  const value = fields[field];
  if (typeof value !== "string" || !check(value)) throw new Error(`${field}: cannot be used`);
  return value;
}

function offsetOf(value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new Error("rateLimitNamespaceOffset: is a whole number from 0");
}

function withoutSecretsOf(given: unknown): string[] {
  const optional = Object.entries(SETTINGS)
    .filter(([, setting]) => setting.secret && !setting.required)
    .map(([name]) => name);
  const listed = Array.isArray(given) ? given : undefined;
  if (listed === undefined || !listed.every((name) => optional.includes(name))) {
    throw new Error(`optionalSecrets: is a list of some of ${optional.join(", ")}`);
  }
  return optional.filter((name) => !listed.includes(name));
}

function settingsOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(given).map(([name, value]) => {
    const setting = SETTINGS[name];
    if (setting === undefined) throw new ConfigError(name, "is no setting of any worker");
    if (setting.secret) throw new ConfigError(name, "is a secret: no file of the project holds it");
    return [name, typeof value === "string" ? value : JSON.stringify(value)];
  });
  return Object.fromEntries(texts);
}
