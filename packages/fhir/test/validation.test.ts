import { describe, expect, it } from "vitest";
import { choiceName, type ValidationIssue, validateResource } from "../src/index.ts";
import { PRIMITIVES } from "./validation-primitives.ts";
import { SOUND } from "./validation-sound.ts";
import { UNSOUND } from "./validation-unsound.ts";

function lines(issues: readonly ValidationIssue[]): string[] {
  return issues.map(({ code, path }) => `${code} ${path}`);
}

function nested(levels: number): unknown {
  // Each `item` is a level; the resource itself is the first.
  let item: unknown = { linkId: "x" };
  for (let level = 2; level < levels; level += 1) item = { linkId: "x", item: [item] };
  return { resourceType: "QuestionnaireResponse", status: "completed", item: [item] };
}

describe("validateResource", () => {
  it.each(SOUND)("finds nothing wrong with $what", ({ resource, issues }) => {
    expect(lines(validateResource(resource))).toEqual(issues);
  });

  it.each(UNSOUND)("finds fault with $what", ({ resource, issues }) => {
    expect(lines(validateResource(resource))).toEqual(issues);
  });

  it("has a case of every code", () => {
    const codes = new Set(UNSOUND.flatMap(({ issues }) => issues.map((issue) => issue.split(" ")[0])));
    expect([...codes].toSorted()).toEqual([
      "cardinality",
      "choice",
      "empty",
      "invalid-value",
      "nesting",
      "required",
      "unknown-element",
      "unknown-resource-type",
      "wrong-type",
    ]);
  });
});

describe("primitive values", () => {
  function issuesWith(type: string, value: unknown): string[] {
    const extension = [{ url: "urn:x", [choiceName("value[x]", type)]: value }];
    return validateResource({ resourceType: "Patient", extension }).map(({ path }) => path);
  }

  it.each(Object.keys(PRIMITIVES))("are accepted as %s where R4 does, and nowhere else", (type) => {
    const { right = [], wrong = [] } = PRIMITIVES[type] ?? {};
    expect(right.filter((value) => issuesWith(type, value).length > 0)).toEqual([]);
    for (const value of wrong) {
      expect(issuesWith(type, value), String(value).slice(0, 40)).toEqual([
        choiceName("Patient.extension[0].value[x]", type),
      ]);
    }
  });
});

describe("limits", () => {
  it("accepts 100 levels and refuses the next with one issue", () => {
    expect(validateResource(nested(100))).toEqual([]);
    expect(lines(validateResource(nested(101)))).toEqual([
      `nesting QuestionnaireResponse${".item[0]".repeat(100)}`,
    ]);
  });

  it("survives nesting of any depth, in elements and in lists", () => {
    expect(validateResource(nested(100_000)).map(({ code }) => code)).toEqual(["nesting"]);
    const list = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    const issues = validateResource({ resourceType: "Observation", _status: list, code: list, note: list });
    expect(lines(issues)).toEqual([
      "cardinality Observation._status",
      "cardinality Observation.code",
      "wrong-type Observation.note[0]",
      "required Observation.status",
    ]);
  });

  it("survives an object that holds itself", () => {
    const item: Record<string, unknown> = { linkId: "x" };
    item.item = [item, item];
    const resource = { resourceType: "QuestionnaireResponse", status: "completed", item: [item] };
    expect(validateResource(resource).map(({ code }) => code)).toEqual(["nesting"]);
  });

  it("stops at 100 issues, or at as many as it is asked for", () => {
    const resource = { resourceType: "Patient", name: Array.from({ length: 1000 }, () => ({})) };
    expect(validateResource(resource)).toHaveLength(100);
    expect(validateResource(resource, { maxIssues: 3 })).toHaveLength(3);
    expect(validateResource(resource, { maxIssues: 5000 })).toHaveLength(1000);
  });

  it("takes time in proportion to the text, whatever it holds", () => {
    const long = 2_000_000;
    const texts = [" a", "a ", "=", "A", "1.", "\u00a0"].map((text) => text.repeat(long / text.length));
    const started = performance.now();
    for (const type of Object.keys(PRIMITIVES)) {
      for (const text of texts) {
        validateResource({
          resourceType: "Patient",
          extension: [{ url: "urn:x", [choiceName("value[x]", type)]: `${text}!` }],
        });
      }
    }
    // 108 texts of 2 MB: well below a second; one backtracking pattern would take hours.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("never puts a value into a path", () => {
    const secret = "SECRET";
    const resource = {
      resourceType: "Patient",
      id: `${secret}/`,
      [secret]: secret,
      gender: secret,
      birthDate: secret,
      name: secret,
      contact: [{ [secret]: { [secret]: secret } }],
      contained: [{ resourceType: secret }],
      extension: [{ url: ` ${secret}`, [`value${secret}`]: secret }],
    };
    const found = JSON.stringify([validateResource(resource), validateResource({ resourceType: secret })]);
    expect(found).not.toContain(secret);
    expect(found).toContain("unknown-element");
  });
});
