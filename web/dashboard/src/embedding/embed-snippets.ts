import { measureWords } from "@aarohan/kit";
import { attributesOf, type EmbedChoice } from "./embed-choice.ts";

/** Lines for a page of another origin, by where they belong. */
export interface EmbedSnippets {
  readonly page: string;
  /** Of a private widget there is none: a token is never part of an address. */
  readonly frame?: string;
  /** Of a private widget: what gives it its token, in the page. */
  readonly script?: string;
  /** Of a private widget: what the page's server asks. */
  readonly server?: string;
}

export function embedSnippets(choice: EmbedChoice, gateway: string): EmbedSnippets {
  const page = [
    `<script type="module" src="${gateway}/embed/widgets.js"></script>`,
    `<aarohan-${choice.widget}${attributesText(choice)}></aarohan-${choice.widget}>`,
  ].join("\n");
  if (!choice.isPrivate) return { page, frame: frameText(choice, gateway) };
  return { page, script: scriptText(choice), server: serverText(choice, gateway) };
}

function attributesText(choice: EmbedChoice): string {
  const attributes = Object.entries(attributesOf(choice)).map(
    ([name, value]) => ` ${name}="${escaped(value)}"`,
  );
  return [...(choice.isPrivate ? [" private"] : []), ...attributes].join("");
}

function frameText(choice: EmbedChoice, gateway: string): string {
  const address = `${gateway}/embed/frame/${choice.widget}?${new URLSearchParams(attributesOf(choice))}`;
  const title = measureWords().measures[choice.measure];
  return `<iframe title="${escaped(title)}" src="${escaped(address)}" width="100%" height="600"></iframe>`;
}

function scriptText({ widget }: EmbedChoice): string {
  return [
    `document.querySelector("aarohan-${widget}").getToken = async () =>`,
    `  (await fetch("/widget-token", { method: "POST" })).json();`,
  ].join("\n");
}

/** The token in a variable of the environment, as everywhere; a quote in a name ends no shell word. */
function serverText({ widget, measure, region, origin }: EmbedChoice, gateway: string): string {
  const body = JSON.stringify({ widget, measure, ...(region === "" ? {} : { region }), origin, minutes: 10 });
  return [
    `curl -s "${gateway}/embed/tokens" -H "Authorization: Bearer $AAROHAN_TOKEN" \\`,
    `  -H "Content-Type: application/json" -d '${body.replaceAll("'", "'\\''")}'`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
