/** A parameter of an operation, as its OperationDefinition (FHIR R4) tells it. */
export interface OperationParameter {
  readonly name: string;
  /** Type of its value; `undefined` where it has parts. */
  readonly type: string | undefined;
  readonly min: 0 | 1;
  readonly max: "1" | "*";
  readonly documentation?: string;
  readonly parts?: readonly OperationParameter[];
}

type Occurrence = Pick<OperationParameter, "min" | "max">;

/** Exactly one. */
export const ONE: Occurrence = { min: 1, max: "1" };
/** One, or none. */
export const PERHAPS: Occurrence = { min: 0, max: "1" };
/** Any number. */
export const MANY: Occurrence = { min: 0, max: "*" };

export function parameter(
  occurrence: Occurrence,
  name: string,
  type: string,
  documentation?: string,
): OperationParameter {
  return { name, type, ...occurrence, ...(documentation === undefined ? {} : { documentation }) };
}

/** A parameter that has parts in the place of a value. */
export function parts(
  occurrence: Occurrence,
  name: string,
  inner: readonly OperationParameter[],
): OperationParameter {
  return { name, type: undefined, ...occurrence, parts: inner };
}
