import { createHash } from "node:crypto";
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { effort } from "@aarohan/devkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExportClient, exportClient, type Manifest, type ManifestFile } from "../src/export-client.ts";
import { startTestStack, type TestStack } from "../src/test-stack.ts";

let stack: TestStack;
let owner: ExportClient;
let manifest: Manifest;
let file: ManifestFile;
let whole: Buffer;
/** More than the allowance of a minute. */
let large: { readonly client: ExportClient; readonly file: ManifestFile };

beforeAll(async () => {
  stack = await startTestStack({ patients: 3000 });
  owner = await exportClient(stack, "analyst");
  manifest = await owner.run("/$export?_type=Patient,Condition");
  file = manifest.output.find(({ type }) => type === "Patient") ?? fail();
  whole = (await owner.ask(file.url)).bytes;
  const client = await exportClient(stack, "administrator");
  const observations = await client.run("/$export?_type=Observation");
  large = { client, file: observations.output[0] ?? fail() };
});
afterAll(() => stack.close());

function fail(): never {
  throw new Error("the export has no such file");
}

describe("a file", () => {
  it("comes whole, with its length, type, name, validator and digest", async () => {
    const { status, headers, bytes } = await owner.ask(file.url);
    expect(status).toBe(200);
    expect(bytes.length).toBe(file.fileSize);
    expect(headers).toMatchObject({
      "content-length": String(file.fileSize),
      "content-type": "application/fhir+ndjson",
      "content-disposition": 'attachment; filename="Patient.1.0.ndjson"',
      "accept-ranges": "bytes",
      "repr-digest": `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`,
    });
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(headers.vary).toContain("Accept-Encoding");
    expect(headers["cache-control"]).toBe("private, no-store, no-transform");
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("comes as it is stored, where the client reads gzip, under a validator of its own", async () => {
    const { status, headers, bytes } = await owner.ask(file.url, { headers: { "Accept-Encoding": "gzip" } });
    expect(status).toBe(200);
    expect(headers["content-encoding"]).toBe("gzip");
    expect(headers.etag).toMatch(/^"[0-9a-f]{32}-gzip"$/);
    expect(bytes.length).toBeLessThan(whole.length / 4);
    expect(gunzipSync(bytes).equals(whole)).toBe(true);
  });

  it.each([
    ["gzip;q=0", undefined],
    ["identity", undefined],
    ["br", undefined],
    ["gzip;q=0.5, identity", undefined],
    ["*", "gzip"],
    ["deflate, gzip;q=1.0, *;q=0.5", "gzip"],
  ])("in the coding that %s asks for", async (accepted, coding) => {
    const { headers } = await owner.ask(file.url, {
      method: "HEAD",
      headers: { "Accept-Encoding": accepted },
    });
    expect(headers["content-encoding"]).toBe(coding);
  });

  it("tells everything but its bytes to HEAD, and costs nothing", async () => {
    const own = await exportClient(stack, "analyst");
    const [one] = (await own.run("/$export?_type=Patient")).output;
    for (let times = 0; times < 30; times += 1) {
      const { status, headers, bytes } = await own.ask(String(one?.url), { method: "HEAD" });
      expect(status).toBe(200);
      expect(headers["content-length"]).toBe(String(one?.fileSize));
      expect(bytes).toHaveLength(0);
    }
    expect((await own.ask(String(one?.url))).status).toBe(200);
  });

  it("tells its whole length to HEAD, whatever range is asked for", async () => {
    for (const range of ["bytes=0-9", "bytes=99999999999-"]) {
      const { status, headers } = await owner.ask(file.url, { method: "HEAD", headers: { Range: range } });
      expect([status, headers["content-length"]]).toEqual([200, String(file.fileSize)]);
      expect(headers["content-range"]).toBeUndefined();
    }
  });

  it("is not sent again to who has it", async () => {
    const { headers } = await owner.ask(file.url, { method: "HEAD" });
    const again = await owner.ask(file.url, { headers: { "If-None-Match": String(headers.etag) } });
    expect(again.status).toBe(304);
    expect(again.bytes).toHaveLength(0);
  });

  it("is recorded before and after, with the file's name and how much was taken", async () => {
    const { headers } = await owner.ask(file.url, { headers: { Range: "bytes=0-99" } });
    const administrator = await exportClient(stack, "administrator");
    const id = String(headers["x-request-id"]);
    const opened = (await administrator.kickOff(`/AuditEvent/${id}`)).json() as unknown as Event;
    expect(detailOf(opened, "file")).toBe(file.url.split("/files/")[1]);
    expect(detailOf(opened, "bytes")).toBe("100");
    await expect
      .poll(async () => {
        const { entry = [] } = (await administrator.kickOff("/AuditEvent?subtype=read&_count=20")).json() as {
          entry?: { resource: Event }[];
        };
        const closing = entry
          .map(({ resource }) => resource)
          .find((event) => detailOf(event, "closes") === id);
        return closing === undefined ? undefined : detailOf(closing, "bytes");
      })
      .toBe("100");
  });
});

describe("what is answered without a byte", () => {
  it("is recorded once: HEAD, what the client has already, and every refusal of a known user", async () => {
    const sub = crypto.randomUUID();
    const own = await exportClient(stack, "analyst", { sub });
    const [one = fail()] = (await own.run("/$export?_type=Patient")).output;
    const narrow = await exportClient(stack, "analyst", { sub, scope: "system/Condition.rs" });
    const { pathname } = new URL(one.url);
    const { headers } = await own.ask(one.url, { method: "HEAD" });
    const answers = [
      await own.ask(one.url, { headers: { "If-None-Match": String(headers.etag) } }),
      await own.ask(one.url, { headers: { Range: "bytes=99999999999-" } }),
      await own.ask(one.url.replace("Patient.1", "Patient.9")),
      await narrow.ask(one.url),
      await own.ask(stack.edge.url, { target: pathname.replace(".ndjson", ".exe") }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([304, 416, 404, 403, 404]);
    const administrator = await exportClient(stack, "administrator");
    const { entry } = (
      await administrator.kickOff(`/AuditEvent?agent=${sub}&subtype=read&_count=50`)
    ).json() as { entry: { resource: Event }[] };
    const name = one.url.split("/files/")[1];
    expect(
      entry
        .map(({ resource }) => resource)
        .map((event) => [
          detailOf(event, "method"),
          event.outcomeDesc,
          detailOf(event, "file"),
          detailOf(event, "bytes"),
        ])
        .reverse(),
    ).toEqual([
      ["HEAD", "200", name, "0"],
      ["GET", "304", name, "0"],
      ["GET", "range-unsatisfiable", name, "0"],
      ["GET", "file-unknown", undefined, "0"],
      ["GET", "scope-missing", name, "0"],
      ["GET", "file-unknown", undefined, "0"],
    ]);
  });
});

interface Event {
  readonly outcome: string;
  readonly outcomeDesc: string;
  readonly entity: { readonly detail: { readonly type: string; readonly valueString: string }[] }[];
}

function detailOf(event: Event, type: string): string | undefined {
  return event.entity[0]?.detail.find((detail) => detail.type === type)?.valueString;
}

describe("a range", () => {
  it("is, wherever it is, the file's own bytes each, in both codings", async () => {
    const stored = (await owner.ask(file.url, { headers: { "Accept-Encoding": "gzip" } })).bytes;
    for (const [coding, bytes] of [
      ["identity", whole],
      ["gzip", stored],
    ] as const) {
      for (let round = 0; round < effort(500); round += 1) {
        // Ninety requests a minute are one user's: the file is another's, so every user orders their own.
        if (round % 80 === 0) await freshOwner();
        const length = 1 + Math.floor(Math.random() * 5000);
        // Every tenth from the end.
        const isLast = round % 10 === 0;
        const start = isLast ? bytes.length - length : Math.floor(Math.random() * bytes.length);
        const end = Math.min(bytes.length, start + length);
        const range = isLast ? `bytes=-${length}` : `bytes=${start}-${end - 1}`;
        const expected = bytes.subarray(start, end);
        const answer = await ranger.client.ask(ranger.file.url, {
          headers: { Range: range, "Accept-Encoding": coding },
        });
        expect(answer.status).toBe(206);
        expect(answer.bytes.equals(expected)).toBe(true);
        expect(answer.headers["content-range"]).toBe(
          `bytes ${start}-${start + expected.length - 1}/${bytes.length}`,
        );
      }
    }
  }, 120_000);

  let ranger: { readonly client: ExportClient; readonly file: ManifestFile };
  async function freshOwner(): Promise<void> {
    const client = await exportClient(stack, "analyst");
    const [one = fail()] = (await client.run("/$export?_type=Patient")).output;
    expect(one.extension).toEqual(file.extension);
    ranger = { client, file: one };
  }

  it.each([
    ["bytes=0-0", 206],
    ["bytes=99999999999-", 416],
    ["bytes=-0", 416],
    ["bytes=5-2", 200],
    ["bytes=0-1,5-6", 200],
    ["lines=1-2", 200],
  ])("%s is answered with %i", async (range, expected) => {
    const answer = await owner.ask(file.url, { headers: { Range: range } });
    expect(answer.status).toBe(expected);
    if (expected !== 416) return;
    expect(answer.json()).toMatchObject({ resourceType: "OperationOutcome" });
    const { headers } = await owner.ask(file.url, {
      method: "HEAD",
      headers: { "Accept-Encoding": "identity" },
    });
    expect(answer.headers["content-range"]).toBe(`bytes */${headers["content-length"]}`);
  });

  it("counts only while the file is the same one (If-Range)", async () => {
    await freshOwner();
    const { headers } = await ranger.client.ask(ranger.file.url, { method: "HEAD" });
    const ask = (ifRange: string) =>
      ranger.client.ask(ranger.file.url, { headers: { Range: "bytes=0-9", "If-Range": ifRange } });
    expect((await ask(String(headers.etag))).status).toBe(206);
    expect((await ask('"another"')).status).toBe(200);
    expect((await ask(`W/${headers.etag}`)).status).toBe(200);
  });
});

describe("ten megabytes a minute", () => {
  it("may be overdrawn by one file; then the debt is waited for, in whole seconds", async () => {
    const { client, file: observations } = large;
    expect(observations.fileSize).toBeGreaterThan(12_000_000);
    const first = await client.ask(observations.url);
    expect(first.status).toBe(200);
    expect(first.bytes.length).toBe(observations.fileSize);
    const second = await client.ask(observations.url, { headers: { Range: "bytes=0-0" } });
    expect(second.status).toBe(429);
    expect(second.json()).toMatchObject({ issue: [{ details: { coding: [{ code: "download-limited" }] } }] });
    const seconds = String(second.headers["retry-after"]);
    expect(seconds).toMatch(/^[1-9]\d*$/);
    const debt = observations.fileSize - 10_000_000;
    expect(Math.abs(Number(seconds) - debt / (10_000_000 / 60))).toBeLessThan(6);
  });

  it("is charged for what was taken, where the client goes away", async () => {
    const client = await exportClient(stack, "administrator");
    const [one = fail()] = (await client.run("/$export?_type=Observation")).output;
    // Goes away after the first bytes of 20 MB, some times over: else the second would be refused.
    for (let times = 0; times < 3; times += 1) {
      await taken(client, one.url, 200_000);
      await expect
        .poll(async () => (await client.ask(one.url, { headers: { Range: "bytes=0-0" } })).status, {
          timeout: 10_000,
        })
        .toBe(206);
    }
  });
});

/** Reads so many bytes, then ends the connection. */
async function taken(client: ExportClient, url: string, bytes: number): Promise<void> {
  const authorization = client.authorization;
  await new Promise<void>((done, failed) => {
    const outgoing = request(url, { headers: { Authorization: authorization } }, (incoming) => {
      let read = 0;
      incoming.on("data", (chunk: Buffer) => {
        read += chunk.length;
        if (read >= bytes) incoming.destroy();
      });
      incoming.on("close", done);
      incoming.on("error", () => undefined);
    });
    outgoing.on("error", failed);
    outgoing.end();
  });
}

describe("the token's scopes", () => {
  it("hold for each file, whatever they were when it was ordered", async () => {
    const sub = crypto.randomUUID();
    const ordering = await exportClient(stack, "administrator", { sub });
    const { output } = await ordering.run("/$export?_type=Condition,Encounter");
    const narrow = await exportClient(stack, "administrator", { sub, scope: "system/Condition.rs" });
    const constrained = await exportClient(stack, "administrator", {
      sub,
      scope: "system/*.rs?patient=Patient/1",
    });
    for (const { type, url } of output) {
      const head = { method: "HEAD" };
      expect((await ordering.ask(url, head)).status).toBe(200);
      expect((await narrow.ask(url, head)).status).toBe(type === "Condition" ? 200 : 403);
      const refused = await constrained.ask(url);
      expect(refused.status).toBe(403);
      expect(refused.json()).toMatchObject({ issue: [{ details: { coding: [{ code: "scope-missing" }] } }] });
    }
  });

  it("may be constrained as they were when it was ordered, and not otherwise", async () => {
    const sub = crypto.randomUUID();
    const scope = "system/Encounter.rs?status=in-progress";
    const ordering = await exportClient(stack, "administrator", { sub, scope });
    const [one = fail()] = (await ordering.run("/$export?_type=Encounter")).output;
    expect((await ordering.ask(one.url, { method: "HEAD" })).status).toBe(200);
    const other = await exportClient(stack, "administrator", {
      sub,
      scope: scope.replace("in-progress", "triaged"),
    });
    expect((await other.ask(one.url)).status).toBe(403);
  });
});

describe("a file of somebody else", () => {
  it("is not found by any path, and neither is anything that is no file", async () => {
    const { pathname } = new URL(file.url);
    const [, , job = "", name = ""] = pathname.split("/");
    const paths = [
      pathname,
      pathname.replace("/files/", "/FILES/"),
      pathname.toUpperCase(),
      `/files/${job.toUpperCase()}/${name}`,
      `/files/${job}/${name.toLowerCase()}`,
      `/files/${job}/${name}.gz`,
      `/files/${job}/%2e%2e/${job}/${name}`,
      `/files/x/../${job}/${name}`,
      `/files//${job}/${name}`,
      `/files/${job}//${name}`,
      `/files/${job}%2f${name}`,
      `/files/${encodeURIComponent(`${job}/${name}`)}`,
      `/files/${job}/${encodeURIComponent(name)}%00`,
      `/files/${job}/${name}?x=1`,
      `/files/${job}/${name}/`,
      `/files/${job}/`,
      `/files/${job}`,
      "/files/",
      "/files",
      `/files/default/${job}/${name}`,
      `/fhir/files/${job}/${name}`,
      `/files/${job}/..%5c${name}`,
    ];
    const strangers = [
      await exportClient(stack, "analyst"),
      await exportClient(stack, "administrator"),
      await exportClient(stack, "viewer"),
    ];
    for (const stranger of strangers) {
      for (const path of paths) {
        const answer = await stranger.ask(stack.edge.url, { target: path });
        if (path === "/files" || path.includes("FILES") || path === pathname.toUpperCase()) {
          // The page's own address: nothing of a file.
          expect(answer.body).not.toContain('resourceType":"Patient');
          continue;
        }
        expect(`${path} ${answer.status}`).toMatch(/ (?:403|404)$/);
        expect(answer.headers.etag).toBeUndefined();
      }
    }
  });

  it("is not found without a token, with another role's, or after the user was denied access", async () => {
    const none = await owner.ask(file.url, { headers: { Authorization: "" } });
    expect(none.status).toBe(401);
    expect(none.headers["www-authenticate"]).toContain("Bearer");
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      expect((await owner.ask(file.url, { method })).status).toBe(405);
    }
    const subject = crypto.randomUUID();
    const analyst = await exportClient(stack, "analyst", { sub: subject });
    const [own = fail()] = (await analyst.run("/$export?_type=Condition")).output;
    const promoted = await exportClient(stack, "administrator", { sub: subject, azp: "client-analyst" });
    expect((await promoted.ask(own.url)).status).toBe(404);
    const administrator = await exportClient(stack, "administrator");
    const denied = await administrator.kickOff("/$deny-access", {
      method: "POST",
      headers: { "Content-Type": "application/fhir+json" },
      body: JSON.stringify({
        resourceType: "Parameters",
        parameter: [
          { name: "issuer", valueUri: stack.mint.issuer },
          { name: "subject", valueString: subject },
        ],
      }),
    });
    expect(denied.status).toBe(200);
    expect((await analyst.ask(own.url)).status).toBe(401);
  });
});

describe("who guesses tokens for files", () => {
  it("is counted as elsewhere, and refused with 429 after 300 a minute; a good caller is not", async () => {
    const flood = Array.from({ length: 400 }, () =>
      owner.ask(file.url, { headers: { Authorization: "Bearer x.y.z" } }),
    );
    const answers = await Promise.all(flood);
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([401, 429]);
    expect(JSON.stringify(answers.map(({ headers }) => headers))).not.toMatch(/unknown-caller/i);
    const own = await exportClient(stack, "analyst");
    const administrator = await exportClient(stack, "administrator");
    expect((await own.ask(file.url)).status).toBe(404);
    await expect
      .poll(async () => (await administrator.kickOff("/AuditEvent?type=110114")).body, {
        timeout: 15_000,
        interval: 1000,
      })
      .toMatch(/"type":"token-invalid [^}]*"valueString":"\d{3}"/);
  });
});
