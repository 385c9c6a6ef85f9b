import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

export const LANGUAGES = ["en", "hi", "kn"] as const;

/** Lists of words that every language has, by name. English reports have names of states themselves. */
const LISTS = {
  kit: "../kit/src/words/kit",
  measure: "../kit/src/words/measure",
  states: "../kit/src/places/states",
  words: "./src/words",
};
const LIST = /\/(kit|measure|states|words)\.(en|hi|kn)\.ts$/;
const LATER = "\0later:";
const LOADER = "\0load-words:";
const ALL = "\0words:";
const WAITING = JSON.stringify(fileURLToPath(new URL("src/word-lists.ts", import.meta.url)));

/**
 * Puts an empty list in the place of each language's words, which is filled when the language is asked for: pages of others pay for
 * the words that they show, and get them in one piece. Words are read when something is drawn, so the lists need no other shape for it.
 */
export function wordsOnDemand(): Plugin {
  return {
    name: "words-on-demand",
    enforce: "pre",
    async resolveId(source, importer) {
      if (source.startsWith(LOADER) || source.startsWith(ALL)) return source;
      if (!LIST.test(source) || importer === undefined || importer.startsWith(ALL)) return null;
      const found = await this.resolve(source, importer, { skipSelf: true });
      return found === null ? null : `${LATER}${found.id}`;
    },
    load(id) {
      if (id.startsWith(ALL)) return allWords(id.slice(ALL.length));
      if (id.startsWith(LOADER))
        return `export const load = () => import(${JSON.stringify(ALL + id.slice(LOADER.length))});`;
      const [, list, language] = (id.startsWith(LATER) && LIST.exec(id)) || [];
      return list === undefined ? null : emptyList(list, language);
    },
  };
}

function emptyList(list: string, language: string | undefined): string {
  return [
    `import { later } from ${WAITING};`,
    `import { load } from ${JSON.stringify(LOADER + language)};`,
    `export const ${language} = {};`,
    `later("${language}", { name: "${list}", list: ${language}, load });`,
  ].join("\n");
}

function allWords(language: string): string {
  return Object.entries(LISTS)
    .filter(([list]) => language !== "en" || list !== "states")
    .map(([list, path]) => {
      const file = fileURLToPath(new URL(`${path}.${language}.ts`, import.meta.url));
      return `export { ${language} as ${list} } from ${JSON.stringify(file)};`;
    })
    .join("\n");
}
