import { defineWords } from "@aarohan/kit";
import { en } from "./words.en.ts";
import { hi } from "./words.hi.ts";
import { kn } from "./words.kn.ts";

export const widgetWords = defineWords({ en, hi, kn });
