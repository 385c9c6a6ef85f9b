import { readArguments } from "../arguments.ts";
import { UsageError } from "../command-io.ts";
import { type ClientCredentials, givenToken, issuedTokens, type TokenSource } from "./access-token.ts";
import { isOfGateway } from "./gateway-client.ts";
import { MEDIA_TYPES, type Selection, statusUrl } from "./kick-off.ts";
import type { Waiting } from "./waiting.ts";

export const EXPORT_HELP = `aarohan export --base URL [options]

Orders a bulk export, waits for it, downloads its files into a folder of their own, and compares each with the
manifest. Begun downloads go on where they broke off; the same command takes an unfinished export up again.

  --base URL               the gateway's FHIR address, such as https://gateway.example/fhir
  --out FOLDER             where to: each run gets a subfolder by its time. Default: export
  --level LEVEL            system (default), patient or group
  --group ID               the group, for --level group
  --type A,B               only resources of these types; may be repeated
  --type-filter SEARCH     such as 'Observation?code=…'; may be repeated
  --elements A,B           only these elements, and those that must be
  --patient ID             only data of this patient, for the levels patient and group; may be repeated
  --since INSTANT|last     only what changed since then; last: since the newest run in the folder
  --until INSTANT          only what changed before
  --format FORMAT          ndjson (default), csv or parquet
  --job URL|ID             goes on with a job that was ordered already
  --no-download            prints the manifest, and downloads nothing
  --keep                   Ctrl-C leaves the job running

  --token-url URL          where tokens are issued, by client credentials
  --client-id ID           with the secret in AAROHAN_CLIENT_SECRET
  --scope SCOPE            where the issuer wants one

Without --token-url, the token is taken from AAROHAN_TOKEN. Ctrl-C cancels the job while it runs; files that are
ready stay, and the same command goes on.
Standard output is the run's folder, or the manifest. Exit status: 0 complete, 3 complete but for what is said to
be left out, 1 a fault, 2 where nothing could be done.
`;

const OPTIONS = {
  base: { type: "string" },
  out: { type: "string", default: "export" },
  level: { type: "string" },
  group: { type: "string" },
  type: { type: "string", multiple: true },
  "type-filter": { type: "string", multiple: true },
  elements: { type: "string", multiple: true },
  patient: { type: "string", multiple: true },
  since: { type: "string" },
  until: { type: "string" },
  format: { type: "string", default: "ndjson" },
  job: { type: "string" },
  "no-download": { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  "token-url": { type: "string" },
  "client-id": { type: "string" },
  scope: { type: "string" },
} as const;

type Values = ReturnType<typeof parse>["values"];
type Environment = Readonly<Record<string, string | undefined>>;

export interface ExportOptions {
  /** Ends with a slash. */
  readonly base: URL;
  readonly out: string;
  readonly selection: Selection;
  /** `since` is the newest run's time. */
  readonly sinceLast: boolean;
  /** Address of the state of a job that was ordered already. */
  readonly job: URL | undefined;
  readonly isDownload: boolean;
  readonly isKept: boolean;
  tokens(waiting: Waiting): TokenSource;
}

/** Throws a UsageError that names the option that is missing or wrong. */
export function readOptions(args: readonly string[], env: Environment): ExportOptions {
  const { values, positionals } = parse(args);
  if (positionals.length > 0) throw new UsageError("export takes no files; options begin with --");
  const base = baseOf(values.base);
  if (values.job !== undefined) assertNoSelection(values);
  return {
    base,
    out: values.out,
    selection: selectionOf(values),
    sinceLast: values.since === "last",
    job: values.job === undefined ? undefined : jobOf(values.job, base),
    isDownload: !values["no-download"],
    isKept: values.keep,
    tokens: tokensOf(values, env),
  };
}

/** A job keeps what it was ordered with. */
function assertNoSelection(values: Values): void {
  const names = ["level", "group", "type", "type-filter", "elements", "patient", "since", "until"] as const;
  const given = names.find((name) => values[name] !== undefined);
  if (given !== undefined)
    throw new UsageError(`--job goes without --${given}: that was said when it was ordered`);
}

function parse(args: readonly string[]) {
  return readArguments(args, OPTIONS);
}

function baseOf(text: string | undefined): URL {
  if (text === undefined) throw new UsageError("export needs --base, the gateway's FHIR address");
  const url = safeUrl(text, "--base");
  if (url.search !== "" || url.hash !== "") throw new UsageError("--base has no query");
  return new URL(`${url.href.replace(/\/+$/, "")}/`);
}

/** Of a server that credentials may be sent to: by TLS, or on this machine (RFC 6750 §5.3). */
function safeUrl(text: string, option: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.username !== "") {
    throw new UsageError(`${option} is an address that begins with https://`);
  }
  if (url.protocol === "https:" || isLoopback(url.hostname)) return url;
  throw new UsageError(`${option}: credentials are only sent over https`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function selectionOf(values: Values): Selection {
  const { since, until } = values;
  return {
    level: levelOf(values),
    format: formatOf(values.format),
    types: listed(values.type),
    typeFilters: values["type-filter"] ?? [],
    elements: listed(values.elements),
    patients: values.patient ?? [],
    since: since === "last" ? undefined : since,
    until,
  };
}

function levelOf({ level, group }: Values): Selection["level"] {
  const named = level ?? (group === undefined ? "system" : "group");
  if (named === "group" && group !== undefined) return { group };
  if (named === "group") throw new UsageError("--level group needs --group, the group's id");
  if (group !== undefined) throw new UsageError("--group goes with --level group");
  if (named === "system" || named === "patient") return named;
  throw new UsageError("--level is one of system, patient, group");
}

function formatOf(text: string): Selection["format"] {
  if (text === "ndjson" || text === "csv" || text === "parquet") return text;
  throw new UsageError(`--format is one of ${Object.keys(MEDIA_TYPES).join(", ")}`);
}

function listed(values: readonly string[] = []): string[] {
  return values.flatMap((value) => value.split(",")).filter((value) => value !== "");
}

function jobOf(text: string, base: URL): URL {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return statusUrl(base, text);
  const url = URL.parse(text);
  if (url === null) throw new UsageError("--job is a job's id, or the address of its state");
  if (!isOfGateway(url, base)) throw new UsageError("--job is an address below --base");
  return url;
}

function tokensOf(values: Values, env: Environment): (waiting: Waiting) => TokenSource {
  const credentials = credentialsOf(values, env);
  if (credentials !== undefined) return (waiting) => issuedTokens(credentials, waiting);
  const { AAROHAN_TOKEN: token } = env;
  if (!token) throw new UsageError("there is no token: put one into AAROHAN_TOKEN, or give --token-url");
  const source = givenToken(token);
  return () => source;
}

function credentialsOf(values: Values, env: Environment): ClientCredentials | undefined {
  const { "token-url": tokenUrl, "client-id": clientId, scope } = values;
  if (tokenUrl === undefined) {
    if (clientId !== undefined || scope !== undefined)
      throw new UsageError("--client-id and --scope go with --token-url");
    return undefined;
  }
  const { AAROHAN_CLIENT_SECRET: clientSecret } = env;
  if (clientId === undefined || !clientSecret) {
    throw new UsageError("--token-url needs --client-id, and the secret in AAROHAN_CLIENT_SECRET");
  }
  return { tokenUrl: safeUrl(tokenUrl, "--token-url"), clientId, clientSecret, scope };
}
