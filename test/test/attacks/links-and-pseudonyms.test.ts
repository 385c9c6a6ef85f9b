import type { DemoRole } from "@aarohan/devkit";
import type { AnyResource } from "@aarohan/fhir";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNobodyIn, expectRefusal, population, refusalOf, shapeOf } from "../../src/attack.ts";
import { type RawRequest, type RawResponse, rawRequest } from "../../src/raw-client.ts";
import type { TestStack } from "../../src/test-stack.ts";
import { startTwoTenants } from "../../src/two-tenants.ts";
import { victimsOf } from "../../src/victims.ts";

const { patientId, observationId } = victimsOf(population);

let stack: TestStack;
beforeAll(async () => {
  stack = await startTwoTenants(population);
});
afterAll(() => stack.close());

type Ask = (path: string, request?: RawRequest) => Promise<RawResponse>;

/** A user of the north, unless the claims say otherwise. */
async function userOf(role: DemoRole, claims: Record<string, unknown> = {}): Promise<Ask> {
  const token = await stack.mint.mint(role, { partition_id: "north", ...claims });
  return (path, request = {}) =>
    rawRequest(path.startsWith("http") ? path : `${stack.fhirUrl}${path}`, {
      ...request,
      headers: { Authorization: `Bearer ${token}`, ...request.headers },
    });
}

function rowsOf(answer: RawResponse): AnyResource[] {
  expect(answer.status).toBe(200);
  const { entry = [] } = answer.json() as { entry?: { resource: AnyResource }[] };
  return entry.map(({ resource }) => resource);
}

const idsOf = (answer: RawResponse) => rowsOf(answer).map(({ id }) => String(id));

function nextOf(answer: RawResponse): string {
  const next = /"next","url":"([^"]+)"/.exec(answer.body)?.[1] ?? "";
  expect(next).toContain("_page=");
  return next;
}

const SEARCH = "/Patient?_count=5";
const BOTH_ROLES = { realm_access: { roles: ["aarohan-analyst", "aarohan-administrator"] } };

describe("a page link", () => {
  const sub = crypto.randomUUID();
  let owner: Ask;
  let link: string;
  let token: string;
  let rows: string[];

  beforeAll(async () => {
    owner = await userOf("analyst", { sub, ...BOTH_ROLES });
    link = nextOf(await owner(SEARCH));
    token = link.split("_page=")[1] ?? "";
    rows = idsOf(await owner(link));
    expect(rows.length).toBeGreaterThan(1);
  });

  it.each<readonly [string, DemoRole, Record<string, unknown>, Record<string, string>]>([
    ["another user", "analyst", {}, {}],
    ["another user of the same client and name", "analyst", { preferred_username: "owner" }, {}],
    ["the same user in another tenant", "analyst", { sub, partition_id: "south" }, {}],
    ["the same user as an administrator", "administrator", { sub }, {}],
    [
      "the same user in another of the token's roles",
      "analyst",
      { sub, ...BOTH_ROLES },
      { "Aarohan-Role": "system-administrator" },
    ],
    ["the same user as a provider", "provider", { sub, patient: patientId }, {}],
    ["an administrator", "administrator", {}, {}],
  ])("does not serve %s", async (_, role, claims, headers) => {
    const other = await userOf(role, claims);
    const answer = await other(`/Patient?_page=${token}`, { headers });
    expectRefusal(answer, "410 page-expired", [token.slice(0, 20)]);
  });

  it("does not serve the same user as a viewer, or with scopes for something else", async () => {
    const viewer = await userOf("viewer", { sub });
    expectRefusal(await viewer(`/Patient?_page=${token}`), "403 role-not-served");
    const narrow = await userOf("analyst", { sub, scope: "user/Observation.rs" });
    expectRefusal(await narrow(`/Patient?_page=${token}`), "403 scope-missing");
  });

  it("gives another client of the same user that client's own pseudonyms, or nothing", async () => {
    const other = await userOf("analyst", { sub, azp: "client-elsewhere" });
    const answer = await other(`/Patient?_page=${token}`);
    expectNobodyIn(answer);
    if (answer.status === 200) expect(idsOf(answer).filter((id) => rows.includes(id))).toEqual([]);
  });

  it.each(["Observation", "Encounter", "Task", "QuestionnaireResponse", "Group"])(
    "does not lead into another type: %s",
    async (type) => expectRefusal(await owner(`/${type}?_page=${token}`), "410 page-expired"),
  );

  it.each(["Practitioner", "AuditEvent", "Media"])("nor into a hidden one: %s", async (type) => {
    expectRefusal(await owner(`/${type}?_page=${token}`), "403 resource-type-hidden");
  });

  it("of the trail is none of data, nor one of data of the trail", async () => {
    const administrator = await userOf("administrator");
    for (let request = 0; request < 3; request += 1) await administrator("/Patient?_count=1");
    const trail = nextOf(await administrator("/AuditEvent?_count=1")).split("_page=")[1];
    const data = nextOf(await administrator("/Patient?_count=1")).split("_page=")[1];
    expectRefusal(await administrator(`/Patient?_page=${trail}`), "410 page-expired");
    expectRefusal(await administrator(`/AuditEvent?_page=${data}`), "410 page-expired");
  });

  it.each<readonly [string, (token: string) => string]>([
    ["its first byte", (text) => flipped(text, 0)],
    ["its nonce", (text) => flipped(text, 9)],
    ["a byte in the middle", (text) => flipped(text, Math.floor(text.length / 2))],
    ["its tag", (text) => flipped(text, text.length - 8)],
    ["its end, cut off", (text) => text.slice(0, -4)],
    ["its beginning, cut off", (text) => text.slice(4)],
    ["its end, grown", (text) => `${text}AAAA`],
    ["all but the nonce", (text) => text.slice(0, 16)],
    ["its case", (text) => text.toLowerCase()],
    ["its alphabet", (text) => `${text}%3D%3D`],
    ["its direction", (text) => [...text].reverse().join("")],
    ["its number", (text) => text + text],
    ["everything", (text) => "A".repeat(text.length)],
    ["its length, to a megabyte", (text) => text.padEnd(12_000, "A")],
  ])("is worth nothing when %s is changed", async (_, change) => {
    const answer = await owner(`/Patient?_page=${change(token)}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expectNobodyIn(answer);
    expect(answer.body).not.toContain('"entry"');
  });

  it("is worth nothing when two are joined", async () => {
    const other = nextOf(await owner("/Patient?_count=5&gender=male")).split("_page=")[1] ?? "";
    for (const cut of [16, 32, 64]) {
      const answer = await owner(`/Patient?_page=${token.slice(0, cut)}${other.slice(cut)}`);
      expectRefusal(answer, "410 page-expired");
    }
  });

  it.each([
    "_count=1000",
    "_format=csv",
    "_format=ndjson",
    "_elements=name,telecom",
    "_summary=count",
    "_summary=text",
    "_total=accurate",
    "_sort=name",
    "_include=*",
  ])("shows no more rows, and no more of them, beside %s", async (other) => {
    const answer = await owner(`/Patient?_page=${token}&${other}`);
    expectNobodyIn(answer);
    if (answer.status !== 200) expectRefusal(answer, refusalOf(answer));
    else for (const id of idsOf(answer)) expect(rows).toContain(id);
  });

  it("says nothing to whoever decodes it", () => {
    const text = Buffer.from(token, "base64url").toString("latin1");
    expect(text).not.toMatch(/_getpages|Patient|http|north|cursor/);
  });
});

/** Another character at the place: all of its bits count, save at the end. */
function flipped(text: string, at: number): string {
  return `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;
}

describe("a pseudonym", () => {
  let analyst: Ask;
  let pseudonym: string;
  let observation: string;
  let never: ReturnType<typeof shapeOf>;

  beforeAll(async () => {
    analyst = await userOf("analyst");
    const [row] = rowsOf(await analyst("/Observation?_count=1"));
    observation = String(row?.id);
    pseudonym = String(Object(row?.subject).reference).replace("Patient/", "");
    expect((await analyst(`/Patient/${pseudonym}`)).status).toBe(200);
    expect((await analyst(`/Observation/${observation}`)).status).toBe(200);
    never = shapeOf(await analyst("/Patient/nobody"), "nobody");
    expect(never.status).toBe(404);
  });

  it.each<readonly [string, DemoRole, Record<string, unknown>]>([
    ["another client", "analyst", { azp: "client-elsewhere" }],
    ["a client of the same name in another tenant", "analyst", { partition_id: "south" }],
    ["a client that has none", "analyst", { azp: undefined }],
    ["an administrator", "administrator", {}],
    ["a provider", "provider", { patient: patientId }],
  ])("is unknown to %s", async (_, role, claims) => {
    const other = await userOf(role, claims);
    expect(shapeOf(await other(`/Patient/${pseudonym}`), pseudonym)).toEqual(never);
    for (const search of [`/Patient?_id=${pseudonym}`, `/Observation?subject=Patient/${pseudonym}`]) {
      const answer = await other(search);
      expect(rowsOf(answer)).toEqual([]);
      expectNobodyIn(answer);
    }
  });

  it.each(["Observation", "Encounter", "QuestionnaireResponse", "Task", "Group"])(
    "is none of another type: %s",
    async (type) => {
      const shape = shapeOf(await analyst(`/${type}/${pseudonym}`), pseudonym);
      expect(shape).toEqual(shapeOf(await analyst(`/${type}/nobody`), "nobody"));
      expect(rowsOf(await analyst(`/${type}?_id=${pseudonym}`))).toEqual([]);
    },
  );

  it("is none of another element, either", async () => {
    for (const search of [
      `encounter=Encounter/${pseudonym}`,
      `subject=Group/${pseudonym}`,
      `subject=Patient/${observation}`,
      `part-of=Procedure/${pseudonym}`,
    ]) {
      expect(rowsOf(await analyst(`/Observation?${search}`)), search).toEqual([]);
    }
  });

  it.each<readonly [string, (pseudonym: string) => string]>([
    ["the real id", () => patientId],
    ["the real id in capitals", () => patientId.toUpperCase()],
    ["the real id without hyphens", () => patientId.replaceAll("-", "")],
    ["the real id of something else", () => observationId],
    ["its first character changed", (text) => flipped(text, 0)],
    ["its second character changed", (text) => flipped(text, 1)],
    ["a character of its tag changed", (text) => flipped(text, 12)],
    ["a character of its content changed", (text) => flipped(text, 40)],
    ["its last character changed", (text) => flipped(text, text.length - 1)],
    ["its end cut off", (text) => text.slice(0, -1)],
    ["something behind it", (text) => `${text}A`],
    ["64 characters", (text) => text.padEnd(64, "A")],
    ["65 characters", (text) => text.padEnd(65, "A")],
    ["10,000 characters", (text) => text.padEnd(10_000, "A")],
    [
      "other cases",
      (text) =>
        text.replaceAll(/[a-zA-Z]/g, (letter) =>
          letter < "a" ? letter.toLowerCase() : letter.toUpperCase(),
        ),
    ],
    ["two characters", () => "QQ"],
    ["its type before it", (text) => `Patient%2F${text}`],
    ["a version behind it", (text) => `${text}%2F_history%2F1`],
    ["a space before it", (text) => `%20${text}`],
    ["a line behind it", (text) => `${text}%0A`],
    ["a zero byte behind it", (text) => `${text}%00`],
    ["the name of a property", () => "__proto__"],
  ])("with %s is answered like nobody's", async (_, change) => {
    const id = change(pseudonym);
    const answer = await analyst(`/Patient/${id}`);
    expect(shapeOf(answer, id)).toEqual(never);
    expectNobodyIn(answer);
  });

  it("that can be read out finds nobody", async () => {
    const [value = ""] = (await analyst("/Patient?_count=50")).body.match(/AA-[0-9A-Z-]{16}/) ?? [];
    expect(value).not.toBe("");
    expect(shapeOf(await analyst(`/Patient/${value}`), value)).toEqual(never);
    expectRefusal(await analyst(`/Patient?identifier=${value}`), "403 parameter-hidden");
    expectRefusal(await analyst(`/Patient?name=${value}`), "403 parameter-hidden");
  });

  it("of the trail finds nobody", async () => {
    const administrator = await userOf("administrator");
    await administrator(`/Patient/${patientId}`);
    const trail = await administrator("/AuditEvent?_count=50");
    const names = new Set(
      trail.body.match(/(?<=Patient\/)[A-Za-z0-9.-]{20,}|(?<="value":")B[A-Za-z0-9.-]{30,}/g),
    );
    expect(names.size).toBeGreaterThan(0);
    for (const name of [...names].slice(0, 5)) {
      expect(shapeOf(await analyst(`/Patient/${name}`), name)).toEqual(never);
    }
  });

  it("of one client is found nowhere in what another has, nor is anything else that joins the two", async () => {
    const joining = async (ask: Ask) => {
      const texts = [];
      for (const type of ["Patient", "Observation", "Encounter", "Task"])
        texts.push((await ask(`/${type}?_count=200`)).body);
      return new Set(
        texts.join().match(/(?<=")(?:[A-Z][A-Za-z]+\/)?[A-Za-z0-9.-]{31,64}(?=")|AA-[0-9A-Z-]{16}/g),
      );
    };
    const mine = await joining(analyst);
    expect(mine.size).toBeGreaterThan(300);
    for (const claims of [{ azp: "client-elsewhere" }, { partition_id: "south" }]) {
      const theirs = await joining(await userOf("analyst", claims));
      expect(theirs.size).toBeGreaterThan(300);
      expect(
        [...theirs].filter((name) => mine.has(name) && !name.includes("PSEUDED") && /\d/.test(name)),
      ).toEqual([]);
    }
  });
});

describe("answers at the same address are not mixed", () => {
  it("between roles, clients and tenants, at the same time", async () => {
    const callers = {
      analyst: await userOf("analyst"),
      elsewhere: await userOf("analyst", { azp: "client-elsewhere" }),
      south: await userOf("analyst", { partition_id: "south" }),
      administrator: await userOf("administrator"),
      provider: await userOf("provider", { patient: patientId }),
    };
    const alone = new Map<string, string>();
    for (const [name, ask] of Object.entries(callers))
      alone.set(name, idsOf(await ask("/Patient?_count=7")).join());
    expect(new Set(alone.values()).size).toBe(5);
    const turns = Array.from({ length: 8 }, () => Object.entries(callers)).flat();
    const answers = await Promise.all(
      turns.map(async ([name, ask]) => [name, idsOf(await ask("/Patient?_count=7")).join()] as const),
    );
    for (const [name, ids] of answers) expect(ids, name).toBe(alone.get(name));
  });

  it.each([
    "/Patient?_count=1",
    "/Patient?_count=1&_format=csv",
    "/Patient?_count=1&_format=ndjson",
    "/Patient?_count=0",
    "/Patient/nobody",
    "/Patient?name=x",
    "/Patient?frobnicate=x",
    "/Patient?_format=xml",
    "/Patient?_page=x",
    "/Patient/$data-dictionary",
    "/Patient/$everything",
    "/Practitioner",
    "/Nonsense",
    "/AuditEvent",
    "/$denied-access",
    "",
  ])("by a cache: %s", async (path) => {
    for (const role of ["analyst", "administrator", "viewer"] as const) {
      const ask = await userOf(role, { sub: `reader-${role}` });
      for (const method of ["GET", "HEAD"]) {
        const { headers } = await ask(path, { method });
        expect(headers["cache-control"]).toBe("private, no-store");
        expect(headers.vary).toMatch(/\bAuthorization\b/);
        expect([headers.etag, headers["last-modified"], headers.expires, headers.age]).toEqual(
          Array(4).fill(undefined),
        );
      }
    }
  });

  it("by the document that caches may keep: who has a token is told what is for the role, and nobody else is", async () => {
    const documents = new Set<string>();
    for (const role of ["viewer", "analyst", "administrator", "provider"] as const) {
      const answer = await (await userOf(role))("/metadata");
      expectNobodyIn(answer);
      expect(answer.headers["cache-control"]).toBe("private, no-store");
      documents.add(answer.body);
    }
    const open = await rawRequest(`${stack.fhirUrl}/metadata`);
    expect(open.headers.vary).toContain("Authorization");
    documents.add(open.body);
    // The open one is an analyst's.
    expect([...documents]).toHaveLength(4);
  });
});

describe("a tenant is that of the token", () => {
  it.each([
    ["/south/Patient", {}, "403 tenant-not-held"],
    ["/south/AuditEvent", {}, "403 tenant-not-held"],
    ["/default/Patient", {}, "403 tenant-not-held"],
    ["/NORTH/Patient", {}, "403 tenant-not-held"],
    ["/north/south/Patient", {}, "404 resource-type-unknown"],
    ["/south/north/Patient", {}, "403 tenant-not-held"],
    ["/Patient", { partition_id: "north,south" }, "401 token-invalid"],
    ["/Patient", { partition_id: ["north", "south"] }, "401 token-invalid"],
    ["/Patient", { partition_id: "{tenant}" }, "401 token-invalid"],
    ["/Patient", { partition_id: "../south" }, "401 token-invalid"],
    ["/Patient", { partition_id: "" }, "401 token-invalid"],
    ["/Patient", { partition_id: 1 }, "401 token-invalid"],
    ["/Patient", { partition_id: { id: "south" } }, "401 token-invalid"],
    ["/Patient", { partition_id: "x".repeat(65) }, "401 token-invalid"],
  ])("%s with %j is %s", async (path, claims, refusal) => {
    for (const role of ["analyst", "administrator"] as const) {
      expectRefusal(await (await userOf(role, claims))(path), refusal);
    }
  });
});
