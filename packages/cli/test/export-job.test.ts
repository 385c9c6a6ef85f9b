import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JOB, refusing, running, SECRET, StubGateway, TOKEN } from "./export-gateway.ts";
import { type ExportRun, runExport } from "./export-run.ts";
import { folder } from "./run.ts";

let gateway: StubGateway;
let out: string;

beforeEach(async () => {
  gateway = new StubGateway();
  await gateway.start();
  gateway.lines("Patient.0.0.ndjson", "Patient", 3);
  out = folder();
});
afterEach(() => gateway.close());

const exported = (args: readonly string[] = [], options: ExportRun = {}) =>
  runExport(gateway, ["--out", out, ...args], options);
const kickOffs = () => gateway.log.filter((line) => line.includes("$export?"));
const stoppedWhenOrdered: ExportRun = {
  onText(text, interrupt) {
    if (text.startsWith("Ordered")) interrupt();
  },
};
const RUN = "2026-11-23T200000Z";

describe("the order", () => {
  it("is a kick-off of the whole system as NDJSON, with the headers of the specification", async () => {
    const { status, stdout } = await exported();
    expect(status).toBe(0);
    expect(stdout).toBe(`${join(out, RUN)}\n`);
    expect(kickOffs()).toEqual(["GET /fhir/$export?_outputFormat=application%2Ffhir%2Bndjson"]);
    expect(gateway.headers[0]).toMatchObject({
      accept: "application/fhir+json",
      prefer: "respond-async",
      authorization: `Bearer ${TOKEN}`,
    });
  });

  it.each([
    [["--format", "csv"], "/$export", { _outputFormat: "text/csv" }],
    [["--format", "parquet"], "/$export", { _outputFormat: "application/vnd.apache.parquet" }],
    [["--level", "patient", "--patient", "a"], "/Patient/$export", { patient: "a" }],
    [["--group", "a/b"], "/Group/a%2Fb/$export", {}],
    [["--type", "Patient,Task", "--type", "Observation"], "/$export", { _type: "Patient,Task,Observation" }],
    [["--type-filter", "Observation?code=a&b=1"], "/$export", { _typeFilter: "Observation?code=a&b=1" }],
    [["--elements", "Patient.gender,id"], "/$export", { _elements: "Patient.gender,id" }],
    [
      ["--since", "2026-01-01T00:00:00+05:30", "--until", "2026-02-01"],
      "/$export",
      { _since: "2026-01-01T00:00:00+05:30", _until: "2026-02-01" },
    ],
  ])("says %j in its address", async (args, path, parameters) => {
    await exported(args);
    const url = new URL(kickOffs()[0]?.slice(4) ?? "", gateway.origin);
    expect(url.pathname).toBe(`/fhir${path}`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject(parameters);
  });

  it.each([
    [["--level", "group"], "--group"],
    [["--level", "ward"], "--level"],
    [["--level", "patient", "--group", "a"], "--group"],
    [["--format", "xml"], "--format"],
    [["--job", "7"], "--job"],
    [["--job", "https://elsewhere.example/job"], "--job"],
    [["--job", JOB, "--type", "Patient"], "--type"],
    [["--client-id", "a"], "--token-url"],
    [["--token-url", "https://issuer.example"], "--client-id"],
    [["--token-url", "http://issuer.example", "--client-id", "a"], "https"],
    [["--base", "http://gateway.example/fhir"], "https"],
    [["--base", "gateway"], "--base"],
    [["more.ndjson"], "no files"],
  ])("is not sent for %j", async (args, said) => {
    const env = { AAROHAN_TOKEN: TOKEN, AAROHAN_CLIENT_SECRET: SECRET };
    const { status, stderr } = await exported(args, { env });
    expect(status).toBe(2);
    expect(stderr).toContain(said);
    expect(gateway.log).toEqual([]);
  });

  it.each([{}, { AAROHAN_TOKEN: "two words" }])("is not sent without a token: %j", async (env) => {
    const { status, stderr } = await exported([], { env });
    expect(status).toBe(2);
    expect(stderr).toContain("AAROHAN_TOKEN");
    expect(stderr).not.toContain("two words");
  });

  it("is refused with the gateway's own words", async () => {
    gateway.next.kickOff.push(refusing(403, "scope-missing"));
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toBe("The export was refused: It is so. (scope-missing)\n");
    expect(readdirSync(out)).toEqual([]);
  });

  it("tells when the next one may be sent", async () => {
    gateway.next.kickOff.push(refusing(429, "export-limited", "1830"));
    const { status, stderr, waits } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain("Repeat in 31 min");
    expect(waits).toEqual([]);
  });

  it("explains that pseudonyms have a new key", async () => {
    gateway.next.kickOff.push(refusing(409, "pseudonym-key-changed"));
    const { status, stderr } = await exported(["--since", "2026-01-01"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/another pseudonym: export everything once, without --since/);
  });

  it("prints no control characters of the gateway", async () => {
    gateway.next.kickOff.push((_, response) =>
      response
        .writeHead(400)
        .end(JSON.stringify({ resourceType: "OperationOutcome", issue: [{ diagnostics: "a\u001b[2Jb" }] })),
    );
    expect((await exported()).stderr).toBe("The export was refused: a [2Jb\n");
  });

  it("costs nothing where the folder cannot be made", async () => {
    writeFileSync(join(out, "file"), "");
    const { status, stderr } = await runExport(gateway, ["--out", join(out, "file", "below")]);
    expect(status).toBe(1);
    expect(stderr).toContain("cannot be read or written (ENOTDIR)");
    expect(gateway.log).toEqual([]);
  });
});

describe("the wait", () => {
  it("asks as often as it is told to, also after a 429", async () => {
    gateway.next.status.push(
      running("queued", "5"),
      running("45 %: Patient", "7"),
      refusing(429, "rate-limited", "11"),
      running("45 %: Patient", "2"),
    );
    const { status, waits, stderr } = await exported();
    expect(status).toBe(0);
    expect(waits).toEqual([5, 7, 11, 2]);
    expect(stderr.match(/45 %: Patient/g)).toHaveLength(1);
  });

  it("shows one line that changes, on a terminal", async () => {
    gateway.next.status.push(running("10 %", "5"), running("45 %", "7"));
    const { stderr } = await exported([], { isTerminal: true });
    expect(stderr).toContain("\r10 %\u001b[K\r45 %\u001b[K");
  });

  it("cuts a line that would not fit a terminal", async () => {
    gateway.next.status.push(running(`45 %: ${"Observation, ".repeat(7)}`.slice(0, 99), "5"));
    const { stderr } = await exported([], { isTerminal: true });
    expect(stderr.split("\r")[1]).toHaveLength("45 %: ".length + 72 + "…\u001b[K".length);
  });

  it("goes on after answers of a server in trouble, later where they say so", async () => {
    gateway.next.status.push(
      refusing(503, "audit-unavailable", "20"),
      refusing(502, "upstream-failed"),
      refusing(504, "upstream-timeout"),
    );
    const { status, waits } = await exported();
    expect(status).toBe(0);
    expect(waits).toEqual([20, 2, 4]);
  });

  it("goes on after faults of the connection", async () => {
    gateway.next.status.push((request) => request.socket.destroy());
    const { status, waits, stderr } = await exported();
    expect(status).toBe(0);
    expect(waits).toEqual([1]);
    expect(stderr).toContain("The gateway cannot be reached");
  });

  it("gives up in the end, and the same command takes the job up", async () => {
    gateway.next.status.push(...Array(7).fill(refusing(503, "audit-unavailable")));
    const first = await exported();
    expect(first.status).toBe(1);
    expect(first.waits).toEqual([1, 2, 4, 8, 16, 32]);
    expect(first.stderr).toContain("(audit-unavailable)");
    const second = await exported();
    expect(second.status).toBe(0);
    expect(second.stderr).toContain("Goes on with the export that is unfinished");
    expect(kickOffs()).toHaveLength(1);
    expect(readdirSync(out)).toEqual([RUN]);
  });

  it("ends where the gateway is not there", async () => {
    await gateway.close();
    const { status, stderr, waits } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain("The gateway cannot be reached (ECONNREFUSED).\n");
    expect(waits).toHaveLength(6);
  });

  it.each([
    [500, "export-failed", "There is no export: It is so. (export-failed)"],
    [404, "export-unknown", "There is no such export"],
  ])("ends with the job, and the next command orders another: %d", async (status, code, said) => {
    gateway.next.status.push(running("10 %", "5"), refusing(status, code));
    const ended = await exported();
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(said);
    expect((await exported()).status).toBe(0);
    expect(kickOffs()).toHaveLength(2);
  });

  it("orders anew where the unfinished job has expired meanwhile", async () => {
    await exported(["--keep"], stoppedWhenOrdered);
    gateway.next.status.push(refusing(404, "export-unknown"));
    const { status, stderr } = await exported();
    expect(status).toBe(0);
    expect(stderr).toContain("It is ordered again");
    expect(kickOffs()).toHaveLength(2);
  });

  it("does not take up a job of other options", async () => {
    await exported(["--keep"], stoppedWhenOrdered);
    const { status, stderr } = await exported(["--type", "Patient"]);
    expect(status).toBe(2);
    expect(stderr).toContain(`--job ${gateway.base}/$export-poll-status?job=${JOB}`);
    expect(kickOffs()).toHaveLength(1);
  });

  it("follows no redirect", async () => {
    gateway.next.status.push((_, response) => response.writeHead(302, { Location: "/fhir/elsewhere" }).end());
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain("the gateway answered 302");
    expect(gateway.log.join()).not.toContain("elsewhere");
  });
});

describe("--job", () => {
  it.each(["id", "address"])("goes on with a job that was ordered already: its %s", async (kind) => {
    const job = kind === "id" ? JOB : `${gateway.base}/$export-poll-status?job=${JOB}`;
    const { status } = await exported(["--job", job]);
    expect(status).toBe(0);
    expect(kickOffs()).toEqual([]);
    expect(gateway.downloads).toEqual(["GET Patient.0.0.ndjson"]);
  });

  it("downloads nothing that is there already", async () => {
    await exported();
    gateway.log.length = 0;
    const { status, stdout, stderr } = await exported(["--job", JOB]);
    expect(status).toBe(0);
    expect(stdout).toBe(`${join(out, RUN)}\n`);
    expect(stderr).toContain("complete already");
    expect(gateway.downloads).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  const interrupted = { onSleep: (_: number, interrupt: () => void) => interrupt() };

  it("cancels the job while it runs", async () => {
    gateway.next.status.push(running("10 %", "5"));
    const { status, stderr } = await exported([], interrupted);
    expect(status).toBe(1);
    expect(stderr).toContain("The export is cancelled.");
    expect(gateway.log.at(-1)).toBe(`DELETE /fhir/$export-poll-status?job=${JOB}`);
    expect(readdirSync(out)).toEqual([]);
  });

  it("leaves it running under --keep, and the same command goes on", async () => {
    gateway.next.status.push(running("10 %", "5"));
    const { status, stderr } = await exported(["--keep"], interrupted);
    expect(status).toBe(1);
    expect(stderr).toContain(`--job ${gateway.base}/$export-poll-status?job=${JOB}`);
    expect(gateway.log.join()).not.toContain("DELETE");
    expect((await exported()).status).toBe(0);
    expect(kickOffs()).toHaveLength(1);
  });

  it("is heard while a fault is waited out, too", async () => {
    gateway.next.status.push(refusing(503, "audit-unavailable"));
    const { stderr } = await exported([], interrupted);
    expect(stderr).toContain("The export is cancelled.");
  });
});

describe("the token", () => {
  const credentials = () => ["--token-url", `${gateway.origin}/token`, "--client-id", "analyst"];
  const env = { AAROHAN_CLIENT_SECRET: SECRET };
  const issued = () => gateway.log.filter((line) => line === "POST /token").length;

  it("is issued by client credentials", async () => {
    gateway.tokens.clear();
    const { status } = await exported(credentials(), { env });
    expect(status).toBe(0);
    expect(issued()).toBe(1);
  });

  it("is renewed after a 401", async () => {
    gateway.next.status.push(running("10 %", "5"), (_, response) => {
      gateway.tokens.clear();
      response.writeHead(202, { "Retry-After": "5" }).end();
    });
    const { status } = await exported(credentials(), { env });
    expect(status).toBe(0);
    expect(issued()).toBe(2);
  });

  it("is renewed before it expires", async () => {
    gateway.next.status.push(running("10 %", "269"), running("20 %", "2"), running("30 %", "2"));
    await exported(credentials(), { env });
    expect(issued()).toBe(2);
    expect(gateway.headers.filter(({ authorization }) => authorization === "Bearer issued-1")).toHaveLength(
      3,
    );
  });

  it("is given up where a new one is refused, too", async () => {
    gateway.next.kickOff.push(refusing(401, "token-invalid"), refusing(401, "token-invalid"));
    const { status, stderr } = await exported(credentials(), { env });
    expect(status).toBe(1);
    expect(stderr).toContain("The gateway refuses the token: It is so. (token-invalid)");
    expect(kickOffs()).toHaveLength(2);
  });

  it("of AAROHAN_TOKEN cannot be renewed: the user is told to", async () => {
    gateway.tokens.clear();
    const { status, stderr } = await exported();
    expect(status).toBe(1);
    expect(stderr).toContain("Put a new one into AAROHAN_TOKEN");
  });

  it("is asked for again where the issuer has trouble for a moment", async () => {
    gateway.next.token.push((_, response) => response.writeHead(503).end());
    const { status, waits } = await exported(credentials(), { env });
    expect(status).toBe(0);
    expect(waits).toEqual([1]);
  });

  it.each([
    ["refuses the client", 401, "{}"],
    ["answers without a token", 200, '{"token_type":"Bearer"}'],
    ["answers with one of another type", 200, '{"access_token":"a","token_type":"DPoP"}'],
    ["answers with one that would break a header", 200, '{"access_token":"a\\r\\nb"}'],
    ["redirects", 302, ""],
  ])("is missing where the issuer %s", async (_, status, body) => {
    gateway.next.token.push((__, response) => response.writeHead(status, { Location: "/token/2" }).end(body));
    const end = await exported(credentials(), { env });
    expect(end.status).toBe(1);
    expect(end.stderr).toMatch(/^The issuer('s answer holds no bearer token| gave no token)/);
    expect(gateway.log).toEqual(["POST /token"]);
  });

  it("is never printed, and neither is the secret", async () => {
    gateway.next.kickOff.push(refusing(401, "token-invalid"));
    gateway.next.status.push(refusing(503, "audit-unavailable"), refusing(404, "export-unknown"));
    const { stdout, stderr } = await exported(credentials(), { env });
    expect(stdout + stderr).not.toMatch(/issued-\d/);
    expect(stdout + stderr).not.toContain(SECRET);
  });
});

describe("--no-download", () => {
  it("prints the manifest, and leaves no folder", async () => {
    const { status, stdout } = await exported(["--no-download", "--out", join(out, "none")]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ transactionTime: gateway.transactionTime });
    expect(gateway.downloads).toEqual([]);
    expect(existsSync(join(out, "none"))).toBe(false);
  });
});

describe("--since last", () => {
  async function later(args: readonly string[] = []) {
    gateway.transactionTime = "2026-11-24T20:00:00.000Z";
    gateway.log.length = 0;
    return exported(["--since", "last", ...args]);
  }

  it("exports everything the first time", async () => {
    const { status, stderr } = await exported(["--since", "last"]);
    expect(status).toBe(0);
    expect(stderr).toContain("no complete run");
    expect(kickOffs()[0]).not.toContain("_since");
  });

  it("asks for what changed since the newest complete run, into a folder of its own", async () => {
    await exported();
    mkdirSync(join(out, "2026-11-23T220000Z"));
    const { status, stdout } = await later();
    expect(status).toBe(0);
    expect(kickOffs()[0]).toContain("_since=2026-11-23T20%3A00%3A00.000Z");
    expect(stdout).toBe(`${join(out, "2026-11-24T200000Z")}\n`);
  });

  it("takes the newest of many runs", async () => {
    await exported();
    const manifest = readFileSync(join(out, RUN, "manifest.json"), "utf8");
    for (const day of [27, 25, 29, 24, 28, 26]) {
      mkdirSync(join(out, `2026-11-${day}T200000Z`));
      const text = manifest.replace("2026-11-23", `2026-11-${day}`);
      writeFileSync(join(out, `2026-11-${day}T200000Z`, "manifest.json"), text);
    }
    await later();
    expect(kickOffs()[0]).toContain("_since=2026-11-29T");
  });

  it.each([
    ["the policy", { policy: { name: "programme", version: "1.4.0", hash: "bb" } }, "the policy has changed"],
    ["the key", { keyId: 2 }, "pseudonyms have a new key"],
    ["the format", { format: "text/csv" }, "the format is another one"],
  ])("downloads nothing where %s is another one", async (_, change, said) => {
    await exported();
    gateway.extension = { ...gateway.extension, ...change };
    const { status, stderr } = await later();
    expect(status).toBe(1);
    expect(stderr).toContain(said);
    expect(stderr).toContain("without --since, into another folder");
    expect(gateway.downloads).toEqual([]);
    expect(readdirSync(out)).toEqual([RUN]);
  });

  it("downloads nothing where the manifest is of another tenant", async () => {
    await exported();
    gateway.manifest = { request: `${gateway.base}/other/$export?_since=${gateway.transactionTime}` };
    const { status, stderr } = await later();
    expect(status).toBe(1);
    expect(stderr).toContain("another server or tenant");
  });

  it.each([[["--type", "Patient"]], [["--group", "a"]], [["--format", "csv"]]])(
    "is not ordered with other options than the run before: %j",
    async (args) => {
      await exported();
      const { status, stderr } = await later(args);
      expect(status).toBe(2);
      expect(stderr).toContain("its changes need the same");
      expect(gateway.log).toEqual([]);
    },
  );

  it("takes types in any order for the same", async () => {
    await exported(["--type", "Patient,Task"]);
    expect((await later(["--type", "Task", "--type", "Patient"])).status).toBe(0);
  });

  it("is not ordered after a run that ended before its time", async () => {
    await exported(["--until", "2026-02-01"]);
    const { status, stderr } = await later();
    expect(status).toBe(2);
    expect(stderr).toContain("cut off by --until");
  });

  it("does not guess where a manifest is damaged", async () => {
    await exported();
    const manifest = join(out, RUN, "manifest.json");
    writeFileSync(manifest, readFileSync(manifest, "utf8").slice(0, 50));
    const { status, stderr } = await later();
    expect(status).toBe(2);
    expect(stderr).toContain("manifest.json");
  });
});
