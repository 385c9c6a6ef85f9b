/** Limits per user that the export guide promises. */
export const REQUESTS_PER_MINUTE = 100;
export const DOWNLOAD_BYTES_PER_MINUTE = 10_000_000;

/** Resources per page of a search. */
export const DEFAULT_PAGE_SIZE = 50;
export const MAXIMUM_PAGE_SIZE = 1000;

/** A search is buffered by the page: larger pages, or larger single resources, are refused with 502. */
export const MAXIMUM_PAGE_BYTES = 32 * 1024 * 1024;
export const MAXIMUM_RESOURCE_BYTES = 4 * 1024 * 1024;

/** How much work may be done between two awaits, in bytes of input. */
export const BATCH_BYTES = 256 * 1024;
