import { spokenLanguage } from "./own-language.ts";

/** Words for a number, by the plural categories of the language (CLDR): `other` is for those that are not named. */
export type PluralForms = Partial<Readonly<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

/** The form that the present language has for the number. */
export function plural(count: number, forms: PluralForms): string {
  return forms[new Intl.PluralRules(spokenLanguage()).select(count)] ?? forms.other;
}
