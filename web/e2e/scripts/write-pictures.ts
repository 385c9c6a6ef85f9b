/** Writes the pictures of README into docs/images: the demo's overview, wide and light, and narrow and dark. */
import { resolve } from "node:path";
import { type BrowserContextOptions, chromium } from "playwright-core";
import { settled, signIn } from "../src/arrival.ts";
import { openProgramme } from "../src/programme.ts";

const IMAGES = resolve(import.meta.dirname, "../../../docs/images");

const PICTURES: readonly (readonly [file: string, path: string, look: BrowserContextOptions])[] = [
  [
    "overview.png",
    "/overview?period=2025",
    { viewport: { width: 1280, height: 1040 }, colorScheme: "light", locale: "en-IN" },
  ],
  [
    "overview-narrow.png",
    "/overview?period=2025",
    { viewport: { width: 360, height: 1040 }, colorScheme: "dark", locale: "kn-IN" },
  ],
];

const programme = await openProgramme();
const browser = await chromium.connect(programme.browser);
for (const [file, path, look] of PICTURES) {
  const context = await browser.newContext({ baseURL: programme.origin, ...look });
  const page = await context.newPage();
  await page.goto(path);
  await signIn(page, "asha");
  await settled(page);
  await page.screenshot({ path: resolve(IMAGES, file), animations: "disabled" });
}
await browser.close();
await programme.close();
