import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

export const LANGUAGES = ["en", "hi", "kn"] as const;

/** Files of words, and the language that they are in. */
const LIST = /\/(?:kit|measure|words|states)\.(en|hi|kn)\.ts$/;
const LATER = "\0later:";
const LISTS = fileURLToPath(new URL("src/word-lists.ts", import.meta.url));

/** Files of words in that language. */
export function wordsIn(language: (typeof LANGUAGES)[number]): RegExp {
  return new RegExp(`^/.*/(?:kit|measure|words|states)\\.${language}\\.ts$`);
}

/**
 * Puts an empty list in the place of each language's words, which is filled when the language is asked for: pages of others pay for
 * the words that they show. Words are read when something is drawn, so the lists need no other shape for it.
 */
export function wordsOnDemand(): Plugin {
  return {
    name: "words-on-demand",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!LIST.test(source) || importer === undefined || importer.startsWith(LATER)) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? null : `${LATER}${found.id}`;
    },
    load(id) {
      if (!id.startsWith(LATER)) return null;
      const file = id.slice(LATER.length);
      const language = LIST.exec(file)?.[1];
      return [
        `import { later } from ${JSON.stringify(LISTS)};`,
        `export const ${language} = {};`,
        `later("${language}", async () => Object.assign(${language}, (await import(${JSON.stringify(file)})).${language}));`,
      ].join("\n");
    },
  };
}
