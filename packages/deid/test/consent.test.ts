import { describe, expect, it } from "vitest";
import { isReleasable } from "../src/index.ts";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const research = [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code: "HRESCH" }];
const purpose = (code: string) => [{ system: "http://terminology.hl7.org/CodeSystem/v3-ActReason", code }];
const consent = (provision: unknown, change: object = {}) =>
  JSON.parse(
    JSON.stringify({
      resourceType: "Consent",
      status: "active",
      dateTime: "2026-01-01T00:00:00Z",
      provision,
      ...change,
    }),
  );
const deny = { type: "deny", purpose: research };
const permit = { type: "permit", purpose: research };
const past = { start: "2025-01-01", end: "2026-01-31" };

describe("a patient's consents", () => {
  it.each([
    ["none", [], true, false],
    ["a denial", [consent(deny)], false, false],
    ["a permit", [consent(permit)], true, true],
    ["a denial without a purpose", [consent({ type: "deny" })], false, false],
    ["a permit without a purpose", [consent({ type: "permit" })], true, true],
    ["a denial that is over", [consent({ ...deny, period: past })], true, false],
    ["a permit that is over", [consent({ ...permit, period: past })], true, false],
    ["a denial to the end of this month", [consent({ ...deny, period: { end: "2026-06" } })], false, false],
    ["a denial from tomorrow", [consent({ ...deny, period: { start: "2026-06-02" } })], true, false],
    ["a denial that was withdrawn", [consent(deny, { status: "inactive" })], true, false],
    ["a denial entered in error", [consent(deny, { status: "entered-in-error" })], true, false],
    [
      "a permit that replaces a denial",
      [consent(deny), consent(permit, { dateTime: "2026-02-01" })],
      true,
      true,
    ],
    [
      "a denial that replaces a permit",
      [consent(permit), consent(deny, { dateTime: "2026-02" })],
      false,
      false,
    ],
    ["a denial with an exception of no type", [consent({ ...deny, provision: [{}] })], false, false],
    ["a permit with an exception of no type", [consent({ ...permit, provision: [{}] })], false, false],
    ["both on the same day", [consent(permit), consent(deny)], false, false],
    [
      "a withdrawn permit after a denial",
      [consent(deny), consent(permit, { status: "inactive", dateTime: "2026-02" })],
      false,
      false,
    ],
    ["a denial of treatment", [consent({ type: "deny", purpose: purpose("TREAT") })], true, false],
    [
      "a denial of all research's wider purpose",
      [consent({ type: "deny", purpose: purpose("PurposeOfUse") })],
      false,
      false,
    ],
    [
      "a denial of a part of research",
      [consent({ type: "deny", purpose: purpose("CLINTRCH") })],
      false,
      false,
    ],
    [
      "a permit of a part of research",
      [consent({ type: "permit", purpose: purpose("CLINTRCH") })],
      true,
      false,
    ],
    ["a permit with an exception", [consent({ type: "permit", provision: [deny] })], false, false],
    [
      "a permit with another exception",
      [consent({ type: "permit", provision: [{ type: "deny", purpose: purpose("TREAT") }] })],
      true,
      true,
    ],
    ["a denial with an exception", [consent({ type: "deny", provision: [permit] })], true, true],
    ["a permit for one actor", [consent({ ...permit, actor: [{}] })], true, false],
    ["a denial for one actor", [consent({ ...deny, actor: [{}] })], false, false],
    ["no provision", [consent(undefined)], false, false],
    ["a list where one provision is due", [consent([permit])], false, false],
    ["another type", [consent({ type: "as told to the worker" })], false, false],
    ["no type", [consent({ purpose: research })], false, false],
    ["a purpose that is no list", [consent({ type: "permit", purpose: "research" })], false, false],
    [
      "a purpose of another system",
      [consent({ type: "permit", purpose: [{ system: "urn:x", code: "HRESCH" }] })],
      false,
      false,
    ],
    ["a period that is no date", [consent({ ...permit, period: { end: "soon" } })], false, false],
    ["a modifierExtension", [consent(permit, { modifierExtension: [{ url: "x" }] })], false, false],
    [
      "an exception with a modifierExtension",
      [consent({ ...permit, provision: [{ ...permit, modifierExtension: [] }] })],
      false,
      false,
    ],
    ["no date", [consent(permit, { dateTime: undefined })], false, false],
    [
      "no date but a last change",
      [consent(permit, { dateTime: undefined, meta: { lastUpdated: "2026-01-01T00:00:00Z" } })],
      true,
      true,
    ],
    ["a date that is none", [consent(permit, { dateTime: "yesterday" })], false, false],
    ["no status", [consent(permit, { status: undefined })], false, false],
    [
      "an unreadable one before a permit",
      [consent([]), consent(permit, { dateTime: "2026-02" })],
      true,
      true,
    ],
    [
      "an unreadable one after a permit",
      [consent(permit), consent([], { dateTime: "2026-02" })],
      false,
      false,
    ],
  ] as const)("%s", (_, consents, optOut, optIn) => {
    const options = { purpose: "HRESCH", nowMilliseconds: NOW, utcOffsetMinutes: 330 };
    expect(isReleasable(consents, { ...options, mode: "opt-out" })).toBe(optOut);
    expect(isReleasable(consents, { ...options, mode: "opt-in" })).toBe(optIn);
  });
});

describe("days that Consents name", () => {
  /** Whether a denial of the period lets data leave at an instant. */
  const isReleased = (period: object, instant: string) =>
    isReleasable([consent({ ...deny, period }, { dateTime: "2020-01-01" })], {
      mode: "opt-out",
      purpose: "HRESCH",
      nowMilliseconds: Date.parse(instant),
      utcOffsetMinutes: 330,
    });

  it.each([
    ["begin at midnight in India", { start: "2026-06-01" }, "2026-05-31T18:29:59Z", "2026-05-31T18:30:00Z"],
    ["and so do months", { start: "2026-06" }, "2026-05-31T18:29:59Z", "2026-05-31T18:30:00Z"],
    ["and years", { start: "2026" }, "2025-12-31T18:29:59Z", "2025-12-31T18:30:00Z"],
    [
      "instants are what they are",
      { start: "2026-06-01T00:00:00Z" },
      "2026-05-31T23:59:59Z",
      "2026-06-01T00:00:00Z",
    ],
  ])("%s", (_, period, before, from) => {
    expect(isReleased(period, before)).toBe(true);
    expect(isReleased(period, from)).toBe(false);
  });

  it("end before midnight in India", () => {
    const period = { end: "2026-05-31" };
    expect(isReleased(period, "2026-05-31T18:29:59Z")).toBe(false);
    expect(isReleased(period, "2026-05-31T18:30:00Z")).toBe(true);
  });
});
