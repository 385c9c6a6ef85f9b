import { generateKeyPairSync, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type AuditHead, compareWithHead, createHeadVerifier, readPublicKeys, walkDay } from "@aarohan/audit";
import { readArguments } from "./arguments.ts";
import { type CommandIo, EXIT, UsageError } from "./command-io.ts";

export const AUDIT_HELP = `aarohan audit verify --key FILE [--heads FILE]… DAY.ndjson…   whether sealed days are whole, and follow on each other
aarohan audit key --out FILE                               makes a signing key; prints its public half

verify takes the days as the ledger wrote them to R2. --key is the public JWK, or a set of them. A day's head is read from
DAY.head.jws beside it, and from --heads: one JWS a line, or the lines of a log that has them. Give it the heads that were
published elsewhere: whoever rewrites the files can rewrite what lies beside them. Status 1 where anything is wrong.
`;

export async function runAudit(args: readonly string[], io: CommandIo): Promise<number> {
  const [command, ...rest] = args;
  if (command === "verify") return verifyDays(rest, io);
  if (command === "key") return makeKey(rest, io);
  throw new UsageError("audit takes verify or key");
}

async function makeKey(args: readonly string[], io: CommandIo): Promise<number> {
  const { out } = readArguments(args, { out: { type: "string" } }).values;
  if (out === undefined) throw new UsageError("audit key needs --out, a file for the private key");
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const kid = randomBytes(6).toString("base64url");
  const secret = `${JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid })}\n`;
  try {
    await writeFile(out, secret, { mode: 0o600, flag: "wx" });
  } catch {
    throw new UsageError(`${out}: is there already, or cannot be written`);
  }
  await io.stdout.write(`${JSON.stringify({ ...publicKey.export({ format: "jwk" }), kid })}\n`);
  return EXIT.ok;
}

interface HeadReader {
  readonly verify: (jws: string) => Promise<AuditHead>;
  readonly problems: string[];
}

async function verifyDays(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArguments(args, {
    key: { type: "string" },
    heads: { type: "string", multiple: true, default: [] },
  });
  if (values.key === undefined)
    throw new UsageError("audit verify needs --key, the public key of the ledger");
  if (positionals.length === 0) throw new UsageError("audit verify needs the files of the days");
  const reader: HeadReader = { verify: createHeadVerifier(await publicKeys(values.key)), problems: [] };
  const published: AuditHead[] = [];
  for (const file of values.heads) published.push(...(await headsIn(await readText(file), file, reader)));
  const days: AuditHead[] = [];
  for (const file of positionals) {
    const head = await verifyDay(file, published, reader, io);
    if (head !== undefined) days.push(head);
  }
  reader.problems.push(...gaps([...days, ...published]));
  for (const problem of reader.problems) await io.stdout.write(`WRONG  ${problem}\n`);
  await io.stdout.write(
    reader.problems.length === 0 ? "Nothing is missing or changed.\n" : "The trail is not whole.\n",
  );
  return reader.problems.length === 0 ? EXIT.ok : EXIT.found;
}

async function verifyDay(
  file: string,
  published: readonly AuditHead[],
  reader: HeadReader,
  io: CommandIo,
): Promise<AuditHead | undefined> {
  const beside = file.replace(/\.ndjson$/, ".head.jws");
  const text = beside === file ? undefined : await readFile(beside, "utf8").catch(() => undefined);
  const own = text === undefined ? [] : await headsIn(text, beside, reader);
  const day = own[0]?.day ?? /(\d{4}-\d\d-\d\d)[^/]*$/.exec(file)?.[1];
  const heads = [...published.filter((head) => head.day === day), ...own];
  const [head] = heads;
  if (head === undefined) {
    reader.problems.push(`${file}: there is no signed head of this day`);
    return undefined;
  }
  if (heads.some((other) => other.head !== head.head)) {
    reader.problems.push(`${file}: the head beside it is not the one that was published`);
  }
  const before = { sequence: head.first - 1, hash: head.previous };
  const found = compareWithHead(await walkDay(before, linesOf(file)), head);
  reader.problems.push(...found.map((problem) => `${file}: ${problem}`));
  if (found.length === 0) {
    await io.stdout.write(`ok     ${file}: ${head.tenant}, ${head.day}, ${head.entries} entries\n`);
  }
  return head;
}

/** Days that do not follow on each other, by their heads. */
function gaps(heads: readonly AuditHead[]): string[] {
  const problems: string[] = [];
  for (const all of Map.groupBy(heads, ({ tenant }) => tenant).values()) {
    const ordered = [...new Map(all.map((head) => [head.first, head])).values()].sort(
      (a, b) => a.first - b.first,
    );
    for (const [index, head] of ordered.entries()) {
      const before = ordered[index - 1];
      if (before === undefined) continue;
      const isNext = before.first + before.entries === head.first && before.head === head.previous;
      if (!isNext)
        problems.push(
          `${head.tenant}: ${head.day} does not follow on ${before.day}; days between may be missing`,
        );
    }
  }
  return problems;
}

/** Each JWS of a text, by itself on a line or in the JSON of a log line. */
async function headsIn(text: string, file: string, { verify, problems }: HeadReader): Promise<AuditHead[]> {
  const heads: AuditHead[] = [];
  for (const jws of text.match(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g) ?? []) {
    try {
      heads.push(await verify(jws));
    } catch {
      problems.push(`${file}: a head is not signed by the key`);
    }
  }
  return heads;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      yield line;
    }
  } catch {
    throw new UsageError(`${file}: cannot be read`);
  }
}

async function publicKeys(file: string) {
  const text = await readText(file);
  try {
    return readPublicKeys(text);
  } catch {
    throw new UsageError(`${file}: is no public JWK with a kid, and no set of them`);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch {
    throw new UsageError(`${file}: cannot be read`);
  }
}
