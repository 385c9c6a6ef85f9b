import type { Locator, Page } from "playwright-core";

/** More stops than the longest page has. */
const MOST_STOPS = 250;

/** Goes with the Tab key until that place has the focus. Rejects where no key leads there. */
export async function tabTo(page: Page, place: Locator): Promise<void> {
  await place.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await hasFocus(place)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not lead to ${place}`);
}

export function hasFocus(place: Locator): Promise<boolean> {
  return place.evaluate((element) => element === element.ownerDocument.activeElement);
}

/** Presses a key at a place to which the Tab key leads. */
export async function pressAt(page: Page, place: Locator, key: string): Promise<void> {
  await tabTo(page, place);
  await page.keyboard.press(key);
}

/** Types at a place to which the Tab key leads, instead of what stands there. */
export async function typeAt(page: Page, place: Locator, text: string): Promise<void> {
  await tabTo(page, place);
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(text);
}

/** What has the focus, by its name, and whether a line around it, or along it, says so. */
export function focusSeen(page: Page): Promise<{ readonly name: string; readonly isSeen: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!(element instanceof HTMLElement)) return { name: "", isSeen: false };
    const labels = "labels" in element && element.labels instanceof NodeList ? [...element.labels] : [];
    const words = [element.getAttribute("aria-label"), ...labels.map(firstLine), element.textContent];
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const isSeen = element.matches(":focus-visible") && outlineStyle !== "none" && outlineWidth !== "0px";
    return {
      name: words.find((text) => text !== null && text !== undefined && text !== "")?.trim() ?? "",
      isSeen,
    };

    function firstLine(label: Node): string {
      const own = label instanceof HTMLElement ? label.querySelector(".label") : null;
      return (own ?? label).textContent ?? "";
    }
  });
}
