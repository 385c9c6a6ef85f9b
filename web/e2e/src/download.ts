import { text } from "node:stream/consumers";
import type { Page } from "playwright-core";

export interface Downloaded {
  readonly name: string;
  readonly content: string;
}

/** The file that the browser is given by what is done; the browser itself runs elsewhere. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<Downloaded> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  const stream = await download.createReadStream();
  return { name: download.suggestedFilename(), content: await text(stream) };
}
