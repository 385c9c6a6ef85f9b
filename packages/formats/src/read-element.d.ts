import type { Json } from "@aarohan/fhir";
import type { Cell } from "./table.ts";
/** The value at a path of names; of an array its first element. Whatever is missing on the way gives `undefined`. */
export declare function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined;
/** `at` for a path that is read again and again: it is taken apart once. */
export declare function readerOf(path: readonly string[]): (value: Json | undefined) => Json | undefined;
export declare function isList(value: Json | undefined): value is readonly Json[];
export declare function textAt(
  value: Json | undefined,
  ...path: readonly (string | number)[]
): string | undefined;
export declare function textOf(value: Json | undefined): string | undefined;
export declare function cellAt(value: Json | undefined, ...path: readonly (string | number)[]): Cell;
export declare function cellOf(value: Json | undefined): Cell;
/** The id in a relative reference: `Patient/x` → `x`. */
export declare function referenceId(value: Json | undefined): string | undefined;
/** All elements of an array that are there; `[]` for anything else. */
export declare function listAt(value: Json | undefined, ...path: readonly string[]): readonly Json[];
/** Several values in one cell: a single one as it is, more as a JSON array. */
export declare function joined(values: readonly (string | undefined)[]): string | undefined;
/** One part of several things in one cell: nothing where none has it, else every thing keeps its place (`null`). */
export declare function aligned(values: readonly Cell[]): Cell;
