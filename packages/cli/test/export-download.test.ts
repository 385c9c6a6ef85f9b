import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { etagOf, type Handler, JOB, refusing, type StubFile, StubGateway } from "./export-gateway.ts";
import { type ExportRun, runExport } from "./export-run.ts";
import { folder } from "./run.ts";

const NAME = "Patient.0.0.ndjson";
const RUN = "2026-11-23T200000Z";

let gateway: StubGateway;
let out: string;
let patients: StubFile;

beforeEach(async () => {
  gateway = new StubGateway();
  await gateway.start();
  gateway.lines(NAME, "Patient", 300);
  const file = gateway.files.get(NAME);
  if (file === undefined) throw new Error("there is no such file");
  patients = file;
  out = folder();
});
afterEach(() => gateway.close());

const exported = (args: readonly string[] = [], options: ExportRun = {}) =>
  runExport(gateway, ["--out", out, ...args], options);
const content = (name = NAME) => readFileSync(join(out, RUN, name));
const rangesAsked = () => gateway.headers.map(({ range }) => range).filter((range) => range !== undefined);

/** The begin of a file, under a validator; then nothing, until somebody ends the connection. */
function beginning(bytes: number, etag = etagOf(patients.bytes)): { handler: Handler; end(): void } {
  let end: (() => void) | undefined;
  return {
    handler(request, response) {
      end = () => request.socket.destroy();
      response.writeHead(200, { ETag: etag, "Content-Length": patients.bytes.length });
      response.write(patients.bytes.subarray(0, bytes));
    },
    end: () => end?.(),
  };
}

/** The line of a terminal tells how much of a file is on disk. */
function atFirstChunk(act: (interrupt: () => void) => void): ExportRun {
  return {
    isTerminal: true,
    onText(text, interrupt) {
      if (/ of .* MB/.test(text)) act(interrupt);
    },
  };
}

const STOPPED_AT_FIRST_CHUNK = atFirstChunk((interrupt) => interrupt());

describe("a download", () => {
  it.each([
    ["ndjson", NAME, Buffer.from('{"resourceType":"Patient"}\n')],
    ["csv", "Patient.0.0.csv", Buffer.from("id,gender\r\na,female\r\n")],
    ["parquet", "Patient.0.0.parquet", Buffer.from([0x50, 0x41, 0x52, 0x31, 0, 0x0a, 0xff, 0x0a])],
  ])("brings %s files and then the manifest", async (format, name, bytes) => {
    gateway.files.clear();
    gateway.files.set(name, { type: "Patient", bytes, count: 1 });
    const { status, stderr } = await exported(["--format", format]);
    expect(status).toBe(0);
    expect(content(name).equals(bytes)).toBe(true);
    expect(stderr).toContain(`${name}: 1 of Patient`);
    expect(readdirSync(join(out, RUN)).sort()).toEqual([name, "manifest.json"]);
    expect(JSON.parse(content("manifest.json").toString()).output[0].type).toBe("Patient");
  });

  it("is uncompressed, and one after the other", async () => {
    gateway.lines("Task.1.0.ndjson", "Task", 2);
    await exported();
    expect(gateway.downloads).toEqual([`GET ${NAME}`, "GET Task.1.0.ndjson"]);
    expect(gateway.headers.at(-1)?.["accept-encoding"]).toBe("identity");
  });

  it("takes a file of no bytes, and one whose last line has no end", async () => {
    gateway.files.set("Task.1.0.ndjson", { type: "Task", bytes: Buffer.alloc(0), count: 0 });
    gateway.files.set("Task.1.1.ndjson", { type: "Task", bytes: Buffer.from("{}\n{}"), count: 2 });
    expect((await exported()).status).toBe(0);
    expect(content("Task.1.0.ndjson")).toHaveLength(0);
  });

  it("brings the files of deleted, too", async () => {
    const file = { type: "Bundle", bytes: Buffer.from("{}\n"), count: 1 };
    gateway.manifest = { deleted: [gateway.listed("Bundle.deleted.ndjson", file)] };
    gateway.next.file.push(gateway.file.bind(gateway), (_, response) => response.end(file.bytes));
    expect((await exported()).status).toBe(0);
    expect(content("Bundle.deleted.ndjson").toString()).toBe("{}\n");
  });

  it("waits for the allowance, and says how long", async () => {
    gateway.next.file.push(refusing(429, "download-limited", "42"), refusing(429, "download-limited", "3"));
    const { status, waits, stderr } = await exported();
    expect(status).toBe(0);
    expect(waits).toEqual([42, 3]);
    expect(stderr).toContain(`${NAME}: the allowance is used up: goes on in 42 s`);
  });

  it("counts down on a terminal", async () => {
    gateway.next.file.push(refusing(429, "download-limited", "3"));
    const { waits, stderr } = await exported([], { isTerminal: true });
    expect(waits).toEqual([1, 1, 1]);
    expect(stderr).toMatch(/in 3 s.*in 2 s.*in 1 s/s);
  });

  it.each([
    ["is gone", refusing(404, "file-unknown"), "it was withdrawn, or the whole export has expired"],
    ["is refused", refusing(403, "role-not-held"), "It is so. (role-not-held)"],
    ["comes compressed", zipped, "sends it compressed"],
    ["is elsewhere", redirected, "the gateway answered 302"],
  ])("ends where a file %s", async (_, handler, said) => {
    gateway.next.file.push(handler);
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(existsSync(join(out, RUN, "manifest.json"))).toBe(false);
  });
});

const zipped: Handler = (_, response) =>
  response.writeHead(200, { "Content-Encoding": "gzip" }).end(gzipSync("{}"));
const redirected: Handler = (_, response) =>
  response.writeHead(302, { Location: "https://elsewhere.example/" }).end();

describe("a download that breaks off", () => {
  it("goes on at the byte where it broke, under the same validator", async () => {
    const begun = beginning(1000);
    gateway.next.file.push(begun.handler);
    const { status, waits } = await exported([], atFirstChunk(begun.end));
    expect(status).toBe(0);
    expect(waits).toEqual([1]);
    expect(rangesAsked()).toEqual(["bytes=1000-"]);
    expect(gateway.headers.at(-1)?.["if-range"]).toBe(etagOf(patients.bytes));
    expect(content().equals(patients.bytes)).toBe(true);
  });

  it("begins anew where the file has changed", async () => {
    const begun = beginning(1000, '"of-another-file"');
    gateway.next.file.push(begun.handler);
    const { status } = await exported([], atFirstChunk(begun.end));
    expect(status).toBe(0);
    expect(gateway.headers.at(-1)?.["if-range"]).toBe('"of-another-file"');
    expect(content().equals(patients.bytes)).toBe(true);
  });

  it.each(['W/"weak"', ""])("begins anew without a strong validator: %j", async (etag) => {
    const begun = beginning(1000, etag);
    gateway.next.file.push(begun.handler);
    const { status } = await exported([], atFirstChunk(begun.end));
    expect(status).toBe(0);
    expect(rangesAsked()).toEqual([]);
  });

  it("goes on in the next run of the command, after Ctrl-C; the job and its files stay", async () => {
    gateway.next.file.push(beginning(1000).handler);
    const first = await exported([], STOPPED_AT_FIRST_CHUNK);
    expect(first.status).toBe(1);
    expect(first.stderr).toContain("The same command goes on where it was.");
    expect(gateway.log.join()).not.toContain("DELETE");
    expect(readdirSync(join(out, RUN)).sort()).toEqual([`${NAME}.part`, "downloads.json"]);

    const second = await exported();
    expect(second.status).toBe(0);
    expect(rangesAsked()).toEqual(["bytes=1000-"]);
    expect(content().equals(patients.bytes)).toBe(true);
    expect(readdirSync(out)).toEqual([RUN]);
    expect(readdirSync(join(out, RUN)).sort()).toEqual([NAME, "manifest.json"]);
  });

  it("fetches no file again that is in its place", async () => {
    gateway.lines("Task.1.0.ndjson", "Task", 2);
    gateway.next.file.push(gateway.file.bind(gateway), refusing(403, "role-not-held"));
    expect((await exported()).status).toBe(1);
    expect((await exported()).status).toBe(0);
    expect(gateway.downloads).toEqual([`GET ${NAME}`, "GET Task.1.0.ndjson", "GET Task.1.0.ndjson"]);
  });

  it("leaves nothing that was withdrawn from the manifest meanwhile", async () => {
    gateway.lines("Task.1.0.ndjson", "Task", 2);
    gateway.next.file.push(gateway.file.bind(gateway), refusing(404, "file-unknown"));
    expect((await exported()).status).toBe(1);
    gateway.files.delete(NAME);
    expect((await exported()).status).toBe(0);
    expect(readdirSync(join(out, RUN)).sort()).toEqual(["Task.1.0.ndjson", "manifest.json"]);
  });

  it("begins anew where less is there than was begun", async () => {
    const begun = beginning(1000);
    gateway.next.file.push(begun.handler, refusing(416, "range-unsatisfiable"));
    const { status } = await exported([], atFirstChunk(begun.end));
    expect(status).toBe(0);
    expect(content().equals(patients.bytes)).toBe(true);
  });

  it("ends where another range comes than was asked for", async () => {
    const begun = beginning(1000);
    gateway.next.file.push(begun.handler, (_, response) =>
      response.writeHead(206, { "Content-Range": "bytes 0-9/9000" }).end("0123456789"),
    );
    const { status, stderr } = await exported([], atFirstChunk(begun.end));
    expect(status).toBe(1);
    expect(stderr).toContain("another range");
  });

  it("is given up where no byte comes any more", async () => {
    const broken: Handler = (request, response) => {
      response.writeHead(200, { ETag: '"a"', "Content-Length": 10 });
      response.flushHeaders();
      request.socket.end();
    };
    gateway.next.file.push(...Array(7).fill(broken));
    const { status, waits, stderr } = await exported();
    expect(status).toBe(1);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32]);
    expect(stderr).toContain("broke again and again");
  });

  it("is not given up as long as some bytes come", async () => {
    const end = { now: () => {} };
    const some: Handler = (request, response) => {
      const { bytes } = patients;
      const start = Number(/\d+/.exec(request.headers.range ?? "0"));
      end.now = () => request.socket.destroy();
      response.writeHead(start === 0 ? 200 : 206, {
        ETag: etagOf(bytes),
        "Content-Length": bytes.length - start,
        "Content-Range": `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
      });
      response.write(bytes.subarray(start, start + 100));
    };
    gateway.next.file.push(...Array(9).fill(some));
    const { status, waits } = await exported(
      [],
      atFirstChunk(() => end.now()),
    );
    expect(status).toBe(0);
    expect(waits).toHaveLength(9);
    expect(rangesAsked().at(-1)).toBe("bytes=900-");
    expect(content().equals(patients.bytes)).toBe(true);
  });

  it("trusts a note of validators only for the address that it was written for", async () => {
    gateway.next.file.push(beginning(1000).handler);
    await exported([], STOPPED_AT_FIRST_CHUNK);
    const note = join(out, RUN, "downloads.json");
    writeFileSync(note, readFileSync(note, "utf8").replace(JOB, JOB.replace("0", "1")));
    expect((await exported()).status).toBe(0);
    expect(rangesAsked()).toEqual([]);
  });
});

describe("a file that is not as the manifest promises", () => {
  const other = (change: (bytes: Buffer) => Buffer): Handler => {
    return (_, response) => response.end(change(Buffer.from(patients.bytes)));
  };
  const flipped = other((bytes) => {
    bytes[100] = 0x20;
    return bytes;
  });

  const endless: Handler = (_, response) => {
    response.write(Buffer.concat([patients.bytes, patients.bytes]));
  };

  it("is fetched once more", async () => {
    gateway.next.file.push(flipped);
    const { status, stderr } = await exported();
    expect(status).toBe(0);
    expect(stderr).toContain("has another SHA-256 than the manifest promises: it is fetched once more");
    expect(gateway.downloads).toHaveLength(2);
  });

  it.each([
    ["its content", flipped, "another SHA-256"],
    ["too few bytes", other((bytes) => bytes.subarray(0, -10)), "bytes, and the manifest promises"],
    ["bytes without end", endless, "bytes, and the manifest promises"],
  ])("is removed when it is so again: %s", async (_, handler, said) => {
    gateway.next.file.push(handler, handler);
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).toContain("even when it was fetched again: it is removed.");
    expect(readdirSync(join(out, RUN))).toEqual(["downloads.json"]);
  });

  it("is removed where the lines are others than promised", async () => {
    gateway.files.set(NAME, { ...patients, count: 299 });
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain("has 300 lines, and the manifest promises 299");
  });
});

describe("a manifest", () => {
  const listing = (url: string) => {
    gateway.manifest = { output: [{ ...gateway.listed(NAME, patients), url }] };
  };

  it.each([
    "https://elsewhere.example/files/a/Patient.0.0.ndjson",
    "http://localhost:1/files/a/Patient.0.0.ndjson",
  ])("is refused that sends the token to another server: %s", async (url) => {
    listing(url);
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain("another server: nothing is downloaded");
    expect(existsSync(join(out, RUN))).toBe(false);
  });

  it("is refused where an address has a password of its own", async () => {
    listing(`${gateway.origin.replace("//", "//user:word@")}/files/a/${NAME}`);
    expect((await exported()).stderr).toContain("nothing is downloaded");
  });

  it.each([
    "..",
    "%2e%2e",
    "..%2fpasswd",
    ".profile",
    "a%20b",
    "",
    "manifest.json",
    "Downloads.json",
    "a.part",
  ])("is refused where a file is named %j", async (name) => {
    listing(`${gateway.origin}/files/${JOB}/${name}`);
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain("no safe name: nothing is downloaded");
    expect(gateway.downloads).toEqual([]);
  });

  it("is refused where two files have one name", async () => {
    const twice = gateway.listed(NAME, patients);
    gateway.manifest = {
      output: [twice, { ...twice, url: `${gateway.origin}/files/b/${NAME.toLowerCase()}` }],
    };
    expect((await exported()).stderr).toContain("two files of one name");
  });

  it.each([
    ["output", { output: "none" }],
    ["output", { output: [{ type: "Patient", url: "https://a.example/b" }] }],
    ["transactionTime", { transactionTime: "yesterday" }],
    ["request", { request: "/fhir/$export" }],
  ])("is refused where %s is malformed", async (where, change) => {
    gateway.manifest = change;
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain(`The manifest cannot be used: ${where} is missing or malformed.`);
  });

  it("is refused where its folder holds another export of that second", async () => {
    await exported();
    gateway.lines(NAME, "Patient", 5);
    const { status, stderr } = await exported(["--job", JOB]);
    expect(status).toBe(1);
    expect(stderr).toContain("holds another export of that time");
    expect(content().equals(patients.bytes)).toBe(true);
  });
});

describe("what is left out", () => {
  const complaint = (diagnostics: string, severity = "warning") =>
    `${JSON.stringify({ resourceType: "OperationOutcome", issue: [{ severity, diagnostics }] })}\n`;

  it("is downloaded once, told in sentences, and makes the status 3", async () => {
    const bytes = Buffer.from(complaint("Task: not all could be read.") + complaint("a\u001b[1mb"));
    gateway.errors.set("OperationOutcome.errors.ndjson", { type: "OperationOutcome", bytes, count: 2 });
    const { status, stderr } = await exported();
    expect(status).toBe(3);
    expect(stderr).toContain("The gateway says: Task: not all could be read.\nThe gateway says: a [1mb\n");
    expect(gateway.downloads).toEqual([`GET ${NAME}`, "GET OperationOutcome.errors.ndjson"]);
    expect((await exported(["--job", JOB])).status).toBe(3);
  });

  it("is nothing where the gateway only notes something: the status is 0", async () => {
    const bytes = Buffer.from(complaint("Dates were rounded.", "information"));
    gateway.errors.set("OperationOutcome.errors.ndjson", { type: "OperationOutcome", bytes, count: 1 });
    const { status, stderr } = await exported();
    expect(status).toBe(0);
    expect(stderr).toContain("The gateway says: Dates were rounded.");
  });

  it("is not overlooked where a line cannot be read", async () => {
    const bytes = Buffer.from("{\n");
    gateway.errors.set("OperationOutcome.errors.ndjson", { type: "OperationOutcome", bytes, count: 1 });
    expect((await exported()).status).toBe(3);
  });

  it("is only counted after twenty", async () => {
    const bytes = Buffer.from(complaint("one").repeat(25));
    gateway.errors.set("OperationOutcome.errors.ndjson", { type: "OperationOutcome", bytes, count: 25 });
    const { stderr } = await exported();
    expect(stderr.match(/The gateway says: one/g)).toHaveLength(20);
    expect(stderr).toContain("and 5 more");
  });
});
