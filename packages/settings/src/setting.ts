import { ConfigError, isStringMap, readBoolean, readJson, readList, readNumber } from "./settings.ts";

/** One setting: how its text is read, and what is said of it in docs/settings.md. */
export interface Setting<Value> {
  readonly meaning: string;
  /** What its number counts; "" where it is none. */
  readonly unit: string;
  /** The text that stands for it where none is set; "" where there is none. */
  readonly fallback: string;
  /** What it may be, in words. */
  readonly accepts: string;
  /** Whether nothing works without it. */
  readonly required: boolean;
  /** Whether its value is kept by the platform and never in a file of the project. */
  readonly secret: boolean;
  /** `text` is never "" where there is a fallback. Throws a ConfigError that names the setting, and never its value. */
  read(name: string, text: string): Value;
}

interface Said {
  readonly meaning: string;
  readonly secret?: boolean;
}

export function wholeNumber(
  said: Said & {
    readonly unit: string;
    readonly fallback: number;
    readonly least: number;
    readonly most: number;
  },
): Setting<number> {
  const { fallback, least, most } = said;
  return {
    ...plain(said, String(fallback)),
    unit: said.unit,
    accepts: `${grouped(least)} to ${grouped(most)}`,
    read: (name, text) => readNumber(name, text, fallback, least, most),
  };
}

/** A whole number that need not be there. */
export function optionalNumber(
  said: Said & { readonly unit: string; readonly least: number; readonly most: number },
): Setting<number | undefined> {
  const { least, most } = said;
  return {
    ...plain(said, ""),
    unit: said.unit,
    accepts: `${grouped(least)} to ${grouped(most)}`,
    read: (name, text) => (text === "" ? undefined : readNumber(name, text, least, least, most)),
  };
}

/** One of some words; the first stands where none is set. */
export function choice<Word extends string>(words: readonly [Word, ...Word[]], said: Said): Setting<Word> {
  return {
    ...plain(said, words[0]),
    accepts: words.map((word) => `\`${word}\``).join(", "),
    read(name, text) {
      const word = words.find((known) => known === text);
      if (word === undefined) throw new ConfigError(name, `is one of ${words.join(", ")}`);
      return word;
    },
  };
}

/** True or false; false where it is not set. */
export function truth(said: Said): Setting<boolean> {
  return { ...plain(said, "false"), accepts: "`true`, `false`", read: readBoolean };
}

export function text(said: Said & { readonly fallback?: string }): Setting<string> {
  return { ...plain(said, said.fallback ?? ""), accepts: "text", read: (_, value) => value };
}

/** What has to be set: `read` refuses "" too. */
export function mandatory<Value>(
  accepts: string,
  read: (name: string, text: string) => Value,
  said: Said,
): Setting<Value> {
  return { ...plain(said, ""), required: true, accepts, read };
}

/** A text that `read` makes something of; `undefined` where it is not set. */
export function optional<Value>(
  accepts: string,
  read: (name: string, text: string) => Value,
  said: Said,
): Setting<Value | undefined> {
  return {
    ...plain(said, ""),
    accepts,
    read: (name, value) => (value === "" ? undefined : read(name, value)),
  };
}

/** Parts between commas or white space. */
export function list<Value>(
  accepts: string,
  readPart: (name: string, part: string) => Value,
  said: Said,
): Setting<Value[]> {
  return {
    ...plain(said, ""),
    accepts,
    read: (name, value) => readList(value).map((part) => readPart(name, part)),
  };
}

/** A JSON object of texts. */
export function jsonMap(shape: string, said: Said): Setting<Readonly<Record<string, string>>> {
  return {
    ...plain(said, "{}"),
    accepts: shape,
    read: (name, value) => readJson<Record<string, string>>(name, value, isStringMap),
  };
}

/** Settings by their names. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The texts from which they are read: a worker's environment, as far as it is settings. */
export type SettingTexts<Known extends Settings> = { readonly [Name in keyof Known]?: string | undefined };

export type SettingValues<Known extends Settings> = {
  readonly [Name in keyof Known]: Known[Name] extends Setting<infer Value> ? Value : never;
};

/** The value of one setting, or of what stands for it where none is set. Throws a ConfigError that names it. */
export function readSetting<Value>(setting: Setting<Value>, name: string, given: string | undefined): Value {
  return setting.read(name, given || setting.fallback);
}

/** The values of all. Throws a ConfigError that names the first that cannot be used. */
export function readSettings<Known extends Settings>(
  settings: Known,
  texts: SettingTexts<Known>,
): SettingValues<Known> {
  const values = Object.entries(settings).map(([name, setting]) => [
    name,
    readSetting(setting, name, texts[name]),
  ]);
  return Object.fromEntries(values);
}

function plain({ meaning, secret = false }: Said, fallback: string) {
  return { meaning, secret, fallback, unit: "", required: false };
}

function grouped(value: number): string {
  return value.toLocaleString("en-GB");
}
