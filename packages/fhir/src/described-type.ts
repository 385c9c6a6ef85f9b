import type { SearchParameterType } from "./search-parameter-table.ts";

/** A search parameter as a caller may use it: what a SearchParameter (FHIR R4) tells of it. */
export interface DescribedParameter {
  readonly name: string;
  readonly type: SearchParameterType;
  /** What it takes, in words. */
  readonly description: string;
  /** Types that a reference may name; empty where it names none, or where nobody says. */
  readonly targets: readonly string[];
  /** Prefixes of a date (FHIR R4 §3.1.1.4.5); empty where it takes none, or where nobody says. */
  readonly comparators: readonly string[];
  /** Whether its value may be a list, of which any counts; `undefined` where nobody says. */
  readonly takesList: boolean | undefined;
  /** Canonical URL of the definition that it follows. */
  readonly derivedFrom?: string;
}

/** A resource type as a caller may ask for it. */
export interface DescribedType {
  readonly type: string;
  readonly interactions: readonly ("read" | "search-type")[];
  readonly parameters: readonly DescribedParameter[];
  /** Values of `_include` and `_revinclude`, without a target type: `Observation:subject`. */
  readonly include: readonly string[];
  readonly revinclude: readonly string[];
  /** Names that `_sort` takes; `undefined` where nobody says. */
  readonly sorts: readonly string[] | undefined;
}
