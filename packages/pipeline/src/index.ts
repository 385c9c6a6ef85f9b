export { type FormatOptions, formatPage, formatResource } from "./format-page.ts";
export { type ReleasedPage, releasePage, releaseResource } from "./release.ts";
