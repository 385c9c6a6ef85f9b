import { defineWords } from "./define-words.ts";
import { en } from "./measure.en.ts";
import { hi } from "./measure.hi.ts";
import { kn } from "./measure.kn.ts";

export const measureWords = defineWords({ en, hi, kn });
