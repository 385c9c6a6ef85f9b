export { type ConsentGate, type ConsentSettings, createConsentGate } from "./consent-gate.ts";
export { type FormatOptions, formatPage, formatResource } from "./format-page.ts";
export { countShown, type GatheredPage, gatherPage, LEAST_WINDOW, type ShownPlace } from "./gather-page.ts";
export { createPatientsInCare, type PatientsInCare } from "./patients-in-care.ts";
export { createQuestionnaireCache, type QuestionnaireCache } from "./questionnaire-cache.ts";
export { type ReleasedPage, type ReleaseOptions, releasePage, releaseResource } from "./release.ts";
export { inTotalOrder, pageAfter, positionAfter, type SearchPosition } from "./search-position.ts";
