import { EdgeError } from "@aarohan/contract";

/** One search parameter as it was asked (FHIR R4 §3.1.1.4): `name[.chain][:modifier]=value`. */
export interface SearchParameter {
  readonly name: string;
  /** `exact` in `name:exact`, `Patient` in `subject:Patient.name`, everything behind `_has:`. */
  readonly modifier?: string;
  /** `name` in `subject.name` and `subject:Patient.name`. */
  readonly chain?: string;
  readonly value: string;
}

const NAME = /^_?[A-Za-z][A-Za-z0-9-]{0,63}$/;
const REST = /^[A-Za-z0-9_.:-]{1,128}$/;
/** A separator with nothing behind or between. */
const EMPTY_PART = /^[.:]|[.:]$|[.:][.:]/;

/**
 * Pairs of a query or form → parameters, repeats kept in order. Throws `parameter-invalid` for a name that cannot be
 * one; the error shows the name only where it looks like one, since a value may stand there by mistake.
 */
export function parseSearchParameters(pairs: Iterable<readonly [string, string]>): SearchParameter[] {
  const parameters: SearchParameter[] = [];
  for (const [key, value] of pairs) parameters.push(parseSearchParameter(key, value));
  return parameters;
}

function parseSearchParameter(key: string, value: string): SearchParameter {
  const colon = key.indexOf(":");
  const dot = key.indexOf(".");
  const end = Math.min(colon < 0 ? key.length : colon, dot < 0 ? key.length : dot);
  const name = key.slice(0, end);
  const rest = key.slice(end + 1);
  if (!NAME.test(name) || (end < key.length && (!REST.test(rest) || EMPTY_PART.test(rest)))) {
    throw new EdgeError("parameter-invalid", "A search parameter has a name that FHIR does not allow.", {
      ...(NAME.test(name) ? { parameter: name } : {}),
    });
  }
  if (end === key.length) return { name, value };
  if (key[end] === ".") return { name, chain: rest, value };
  const chainAt = name === "_has" ? -1 : rest.indexOf(".");
  if (chainAt < 0) return { name, modifier: rest, value };
  return { name, modifier: rest.slice(0, chainAt), chain: rest.slice(chainAt + 1), value };
}
