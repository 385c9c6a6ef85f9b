import { defineWords } from "./define-words.ts";
import { en } from "./kit.en.ts";
import { hi } from "./kit.hi.ts";
import { kn } from "./kit.kn.ts";

export const kitWords = defineWords({ en, hi, kn });
