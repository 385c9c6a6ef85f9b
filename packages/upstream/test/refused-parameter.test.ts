import { describe, expect, it } from "vitest";
import { CALL, refusalOf, status, upstreamWith } from "./scripted-upstream.ts";

describe("a parameter that the server complains about", () => {
  const outcome = (issue: object) => JSON.stringify({ resourceType: "OperationOutcome", issue: [issue] });
  const says = (diagnostics: string) => outcome({ diagnostics });
  it.each([
    ["in the issue's expression", outcome({ expression: ["http.status"] }), "status"],
    ["in the issue's location", outcome({ location: ["http.date"] }), "date"],
    [
      "beside all that it supports",
      says(
        'Unknown search parameter "status" for resource type "Task". Valid search parameters are: [date, name]',
      ),
      "status",
    ],
    ["in single quotes", says("The search parameter 'status' is not supported."), "status"],
    ["after a colon", says("Unknown search parameter: status."), "status"],
    ["with its modifier", says('Unknown search parameter "name:fuzzy"'), "name:fuzzy"],
    ["before the word", says('HAPI-1194: Unknown _sort parameter value "Lakshmi"'), "_sort"],
    [
      "beside another one",
      says("Unknown search parameter 'status', unknown search parameter 'date'"),
      undefined,
    ],
    ["that was not sent", says("Unknown search parameter 'Lakshmi'"), undefined],
    ["by a longer name", says("Unknown search parameter 'status-reason'"), undefined],
    ["by its value alone", says('Invalid date: "status"'), undefined],
    ["past the first 64 KiB", says(`${"x".repeat(65_536)} parameter 'status'`), undefined],
    ["in no words", "", undefined],
  ])("%s is named where it is one that was sent", async (_, body, parameter) => {
    for (const code of [400, 422]) {
      const { upstream } = upstreamWith([status(code, {}, body)]);
      const sent = [
        ["status", "Lakshmi"],
        ["status", "x"],
        ["date", "2025"],
        ["name:fuzzy", "x"],
        ["_sort", "Lakshmi"],
      ] as const;
      const error = await refusalOf(upstream.search("Task", sent, CALL));
      expect(error).toMatchObject({ code: "search-refused", status: 400, parameter });
    }
  });
});
