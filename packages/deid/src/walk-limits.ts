/** Elements inside elements deeper than this are dropped: no resource of R4 needs as many. */
export const MAXIMUM_DEPTH = 64;
/** Resources inside resources (a Bundle in a Bundle) deeper than this are dropped. */
export const MAXIMUM_NESTING = 8;
