import { defineWords } from "../words/define-words.ts";
import type { StateNames } from "./place-names.ts";
import { hi } from "./states.hi.ts";
import { kn } from "./states.kn.ts";

/** English is what reports say themselves. */
const en: StateNames = {};

/** Names of states and union territories, by their codes. */
export const stateNames = defineWords({ en, hi, kn });
