/** A setting that cannot be used. Names the setting, never its value. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(setting: string, problem: string) {
    super(`${setting}: ${problem}`);
  }
}

/** Settings that another package checks: its errors name the setting in the same way. */
export function configured<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const [setting = "", problem = ""] = error instanceof Error ? error.message.split(/: (.*)/s) : [];
    throw new ConfigError(setting, problem);
  }
}

export function readJson<T>(setting: string, text: string, check: (value: unknown) => boolean): T {
  try {
    const value: T = JSON.parse(text);
    if (check(value)) return value;
  } catch {
    // The parser's message quotes the text: it is not passed on.
  }
  throw new ConfigError(setting, "is not JSON of the documented shape");
}

export function isStringMap(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((entry) => typeof entry === "string");
}

export function readNumber(
  setting: string,
  text: string,
  fallback: number,
  least: number,
  most: number,
): number {
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ConfigError(setting, `is a whole number from ${least} to ${most}`);
  }
  return value;
}

export function readList(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== "");
}

export function readUrl(setting: string, text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ConfigError(setting, "is an absolute http or https URL");
  }
  return text;
}

export function required(setting: string, text: string | undefined): string {
  if (!text) throw new ConfigError(setting, "is required here");
  return text;
}

/** An origin: scheme, host and port, without a path. */
export function readOrigin(setting: string, text: string): string {
  const url = new URL(readUrl(setting, text));
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new ConfigError(setting, "is an origin: scheme, host and port, without a path");
  }
  return url.origin;
}

export function readBoolean(setting: string, text: string): boolean {
  if (!text || text === "false") return false;
  if (text === "true") return true;
  throw new ConfigError(setting, "is true or false");
}
