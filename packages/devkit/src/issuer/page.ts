import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Headers of each page: it holds no script, loads nothing, stands in no frame, and is kept nowhere. */
export const PAGE_HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  "Cache-Control": "no-store",
} as const;

const FRAME = read("frame");
const SIGN_IN = read("sign-in");
const SIGN_OUT = read("sign-out");
const NOTICE = read("notice");

/** `message` says what was wrong with the last attempt; empty at the first. */
export function signInPage(message: string): string {
  return page("Demo sign-in", fill(SIGN_IN, { message: escapeHtml(message) }));
}

/** `form` is HTML: the provider's own, with its guard against forged requests. */
export function signOutPage(form: string): string {
  return page("Sign out", fill(SIGN_OUT, { form }));
}

export function noticePage(title: string, message: string): string {
  return page(title, fill(NOTICE, { message: escapeHtml(message) }));
}

function page(title: string, content: string): string {
  return fill(FRAME, { title: escapeHtml(title), content });
}

/** Each place once: what is filled in is not searched for further places. */
function fill(template: string, html: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => html[name] ?? "");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, "pages", `${name}.html`), "utf8");
}
