import base from "@aarohan/kit/base.css?url";
import charts from "@aarohan/kit/charts.css?url";
import tokens from "@aarohan/kit/tokens.css?url";
import own from "./widget.css?url";

let sheet: Promise<CSSStyleSheet> | undefined;

/** One sheet for all shadows: adopted, as `<style>` is refused under `style-src 'self'`. */
export async function shadowStyles(): Promise<CSSStyleSheet> {
  sheet ??= loadSheet();
  try {
    return await sheet;
  } catch (error) {
    sheet = undefined;
    throw error;
  }
}

async function loadSheet(): Promise<CSSStyleSheet> {
  const texts = await Promise.all([tokens, base, charts, own].map(textAt));
  const loaded = new CSSStyleSheet();
  loaded.replaceSync(hosted(texts.join("\n")));
  return loaded;
}

async function textAt(address: string): Promise<string> {
  const response = await fetch(address, { credentials: "omit" });
  if (!response.ok) throw new TypeError("the widgets' style is not there");
  return response.text();
}

/** What a page says of its root, a shadow says of its host; its attribute is `theme`. */
export function hosted(css: string): string {
  return css.replace(/:root(?:\[data-theme([^\]]*)\])?/g, (_, theme?: string) =>
    theme === undefined ? ":host" : `:host([theme${theme}])`,
  );
}
