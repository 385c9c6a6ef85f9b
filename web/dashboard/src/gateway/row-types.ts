import { createRowTypes } from "./create-row-types.ts";
import { gateway } from "./gateway.ts";

/** The types with rows, for all pages that offer them. */
export const rowTypes = createRowTypes(gateway);
