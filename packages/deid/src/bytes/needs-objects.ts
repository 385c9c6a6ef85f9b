/** Stops a walk over the bytes of a resource that has to be held as objects. */
export class NeedsObjects extends Error {}

/** One for all: a stack trace for each would be dear. */
export const needsObjects = new NeedsObjects("the resource has to be walked as objects");
