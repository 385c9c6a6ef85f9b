import { LANGUAGES, setLanguage } from "@aarohan/kit";
import { afterEach, describe, expect, it } from "vitest";
import { AUDIT_EVENT_COLUMNS } from "../../../packages/formats/src/audit-event-table.ts";
import { columnText, readableTrail } from "../src/audit/audit-columns.ts";
import { auditSearch, filtersOfQuery } from "../src/audit/audit-filters.ts";
import { checkChain } from "../src/audit/check-chain.ts";
import { createAuditTrail } from "../src/audit/create-audit-trail.ts";
import { createGateway } from "../src/gateway/create-gateway.ts";

/** Columns of the gateway's CSV. */
const COLUMNS = AUDIT_EVENT_COLUMNS.map(({ name }) => name);

afterEach(() => setLanguage("en", { lang: "" }));

describe("the table of the trail", () => {
  it("begins with when, who, what and what came of it, whatever follows", () => {
    const row = COLUMNS.map((name) => (name === "outcome" ? "4" : name));
    const { columns, rows } = readableTrail({ columns: [...COLUMNS, "later"], rows: [[...row, "x"]] });
    expect(columns.slice(0, 6)).toEqual([
      "recorded",
      "subject",
      "role",
      "interaction",
      "resource_type",
      "outcome",
    ]);
    expect(rows[0]?.slice(0, 6)).toEqual([...columns.slice(0, 5), "Refused"]);
    expect(columns.at(-1)).toBe("later");
    expect(columns.toSorted()).toEqual([...COLUMNS, "later"].toSorted());
  });

  it.each(LANGUAGES)("has a word for each column in %s", (language) => {
    setLanguage(language, { lang: "" });
    const words = COLUMNS.map(columnText);
    expect(new Set(words).size).toBe(COLUMNS.length);
    for (const [place, word] of words.entries()) expect(word).not.toBe(COLUMNS[place]);
    expect(columnText("later")).toBe("later");
  });
});

describe("audit", () => {
  it("asks the trail for what the address says, and for nothing else", () => {
    const query = new URLSearchParams(
      "from=2026-11-01&until=2026-11-02&entity=p-1&outcome=4&agent=iss|me,o=org&x=1&subtype=",
    );
    expect(new URL(auditSearch(filtersOfQuery(query)), "http://gateway").search).toBe(
      "?date=ge2026-11-01&date=le2026-11-02&agent=iss%7Cme%5C%2Co%3Dorg&outcome=4&entity=Patient%2Fp-1&_count=100&_format=csv",
    );
  });

  it("downloads what is shown: the pages that were looked at, none asked for twice", async () => {
    const asked: string[] = [];
    const answers = [
      new Response("id,outcome\r\na,0\r\n", {
        headers: { Link: '<https://edge.example/fhir/AuditEvent?_page=2>; rel="next"' },
      }),
      new Response("id,outcome\r\nb,4\r\n"),
    ];
    const gateway = createGateway({
      fetch: async (path) => {
        asked.push(path);
        return answers.shift() ?? new Response("", { status: 500 });
      },
      role: () => undefined,
      onSignedOut: () => {},
    });
    const trail = createAuditTrail(gateway);
    await trail.search({ outcome: "4" });
    await trail.more();
    await trail.more();
    expect(asked).toEqual(["/fhir/AuditEvent?outcome=4&_count=100&_format=csv", "/fhir/AuditEvent?_page=2"]);
    expect(trail.csv.value).toBe("id,outcome\r\na,0\r\nb,4\r\n");
    expect(trail.table.value.rows).toEqual([
      ["a", "0"],
      ["b", "4"],
    ]);
  });

  const UNREAD = { state: "unread", problems: [] };
  const SEALED = { state: "sealed", problems: [] };
  it.each([
    ["whole", [SEALED, SEALED, SEALED], []],
    [
      "broken in what the second call reads",
      [SEALED, { state: "sealed", problems: ["x"] }, SEALED],
      ["2026-11-02: x"],
    ],
  ])("asks on for days that were not read, and the chain is %s", async (_, days, problems) => {
    const asked: string[] = [];
    const gateway = createGateway({
      fetch: async (path) => {
        asked.push(path);
        const from = asked.length - 1;
        const read = days.map((day, index) => (index === from ? day : UNREAD)).slice(from);
        return verdict(read, from + 1);
      },
      role: () => undefined,
      onSignedOut: () => {},
    });
    expect(await checkChain(gateway, new AbortController().signal)).toEqual({
      isWhole: problems.length === 0,
      problems,
    });
    expect(asked).toEqual([
      "/fhir/AuditEvent/$verify",
      "/fhir/AuditEvent/$verify?from=2026-11-02",
      "/fhir/AuditEvent/$verify?from=2026-11-03",
    ]);
  });
});

/** Answer of `$verify` about days from this one of November on. */
function verdict(days: readonly { state: string; problems: readonly string[] }[], first: number): Response {
  const isUnread = days.some(({ state }) => state === "unread");
  const isBroken = days.some(({ problems }) => problems.length > 0);
  return Response.json({
    resourceType: "Parameters",
    parameter: [
      ...(isUnread && !isBroken ? [] : [{ name: "whole", valueBoolean: !isBroken }]),
      ...days.map(({ state, problems }, index) => ({
        name: "day",
        part: [
          { name: "date", valueDate: `2026-11-0${first + index}` },
          { name: "state", valueCode: state },
          ...problems.map((valueString) => ({ name: "problem", valueString })),
        ],
      })),
    ],
  });
}
