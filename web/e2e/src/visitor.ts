import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { inject } from "vitest";
import { type Person, signIn } from "./arrival.ts";

/** Somebody with a browser of their own. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complains about: errors, warnings, refused by the Content-Security-Policy. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export interface VisitorOptions {
  readonly width?: number;
  readonly height?: number;
  /** Runs before the scripts of each page. */
  readonly before?: () => void;
}

type Kept = Awaited<ReturnType<BrowserContext["storageState"]>>;

let connected: Promise<Browser> | undefined;
const sessions = new Map<Person, Kept>();

/** `undefined`: nobody who is signed in. A person signs in once for each file, at the issuer's own form. */
export async function visitor(
  person: Person | undefined,
  { width = 1280, height = 900, before }: VisitorOptions = {},
): Promise<Visitor> {
  connected ??= chromium.connect(inject("browser"));
  const browser = await connected;
  const kept = person === undefined ? undefined : await sessionOf(person, browser);
  const context = await browser.newContext({
    baseURL: inject("origin"),
    viewport: { width, height },
    locale: "en-IN",
    ...(kept === undefined ? {} : { storageState: kept }),
  });
  if (before !== undefined) await context.addInitScript(before);
  const page = await context.newPage();
  return { context, page, faults: faultsOf(page), close: () => context.close() };
}

async function sessionOf(person: Person, browser: Browser): Promise<Kept> {
  const known = sessions.get(person);
  if (known !== undefined) return known;
  const context = await browser.newContext({ baseURL: inject("origin") });
  const page = await context.newPage();
  await page.goto("/overview");
  await signIn(page, person);
  const kept = await context.storageState();
  sessions.set(person, kept);
  await context.close();
  return kept;
}

function faultsOf(page: Page): string[] {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  return faults;
}
