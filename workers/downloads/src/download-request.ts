import type { IRequestStrict } from "itty-router";

/** A request with what its path names. */
export type DownloadRequest = IRequestStrict & Request;
