/**
 * What is wrong with a resource:
 * - `unknown-element`: R4 does not have it there;
 * - `wrong-type`: another JSON type than the element's;
 * - `cardinality`: a list for a single element or the reverse, or two lists of a primitive that differ in length (§2.6.1.3);
 * - `required`: an element with a minimum of 1 is missing, or an extension has neither value nor extensions (ext-1);
 * - `invalid-value`: a primitive that its type's rule (§2.24.0.1) or its required binding (§4.1.4.1) refuses;
 * - `empty`: an empty list, object or string, or a null where R4 allows none (§2.6.1.2, ele-1);
 * - `choice`: two types of one choice (§2.6.1.4), or an extension with both value and extensions (ext-1);
 * - `unknown-resource-type`: `resourceType` is missing or no type of R4;
 * - `nesting`: too many levels, or a contained resource that breaks dom-2, dom-3, dom-4 or dom-5.
 */
export type ValidationCode =
  | "unknown-element"
  | "wrong-type"
  | "cardinality"
  | "required"
  | "invalid-value"
  | "empty"
  | "choice"
  | "unknown-resource-type"
  | "nesting";

export interface ValidationIssue {
  /**
   * Names of JSON properties and places in lists, `Patient.contact[0].name`; a missing choice as `value[x]`. Never a
   * value: the name of an unknown element is `?`, and a resource of unknown type is `Resource`.
   */
  readonly path: string;
  readonly code: ValidationCode;
}
