import type { Authorisation } from "@aarohan/contract";
import type { AuthorisingClaim } from "./access-config.ts";

const PATIENT_ID = /^(?:Patient\/)?([A-Za-z0-9.-]{1,64})$/;
const PRACTITIONER_ID = /^(?:Practitioner\/)?([A-Za-z0-9.-]{1,64})$/;
/** Codes of tags, as FHIR writes codes; no separators of a search (`,`, `|`, `$`, `\\`). */
const TAG_CODE = /^[A-Za-z0-9_.:-]{1,128}$/;
/** What the programme's app writes where nothing is known: it never authorises. */
const PLACEHOLDER = /^(?:not[ _-]?defined|undefined|null|none|unknown|n\/?a|-+)$/i;
const MOST_VALUES = 100;

/** The first claim that the token carries decides, even if nothing in it can be used: a broader one never steps in. */
export function authorisationOf(
  claims: Readonly<Record<string, unknown>>,
  authorising: readonly AuthorisingClaim[],
): Authorisation {
  const decisive = authorising.find(({ claim }) => claims[claim] !== undefined);
  if (decisive === undefined) return { kind: "none" };
  const values = textsOf(claims[decisive.claim]);
  if (decisive.names === "patient") {
    const ids = values.flatMap((value) => PATIENT_ID.exec(value)?.[1] ?? []);
    return ids.length === 0 ? { kind: "none" } : { kind: "patients", ids };
  }
  if (decisive.names === "generalPractitioner") {
    const ids = values.flatMap((value) => PRACTITIONER_ID.exec(value)?.[1] ?? []);
    return ids.length === 0 ? { kind: "none" } : { kind: "generalPractitioners", ids };
  }
  const codes = values.filter((value) => TAG_CODE.test(value));
  return codes.length === 0 ? { kind: "none" } : { kind: "tags", system: decisive.system, codes };
}

function textsOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > MOST_VALUES) return [];
  return list.filter((item) => typeof item === "string" && item !== "" && !PLACEHOLDER.test(item));
}
