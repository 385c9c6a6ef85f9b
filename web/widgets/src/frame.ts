import { isLanguage, isTheme, preferredLanguage, setTheme } from "@aarohan/kit";
import "./widgets.ts";

const NAMES = ["measure", "region", "period", "tenant", "lang", "theme"];

/** The widget that the frame's own address names: `/embed/frame/coverage?region=Karnataka&theme=dark`. */
function show(root: HTMLElement, query: URLSearchParams): void {
  const widget = /\/([a-z-]+)\/?$/.exec(location.pathname)?.[1] ?? "";
  const element = document.createElement(`aarohan-${widget}`);
  for (const name of NAMES) {
    const value = query.get(name);
    if (value !== null) element.setAttribute(name, value);
  }
  root.replaceChildren(element);
}

/** The page that the frame holds is all the widget's: language and look are those of its root, and the widget has them from there. */
function prepare(document: Document, query: URLSearchParams): void {
  const [language, theme] = [query.get("lang"), query.get("theme")];
  document.documentElement.lang = isLanguage(language) ? language : preferredLanguage(navigator.languages);
  if (isTheme(theme)) setTheme(theme, document.documentElement);
}

const root = document.getElementById("widget");
if (root === null) throw new Error("frame.html has no #widget");
const query = new URLSearchParams(location.search);
prepare(document, query);
show(root, query);
