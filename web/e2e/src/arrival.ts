import type { Page } from "playwright-core";

export type Person = "asha" | "vikram" | "prema" | "meera" | "anil";

export const PASSWORD = "demo-password";

/** From a page for those who are not signed in, and back to it. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.locator('.top a[href^="/auth/login"]').click();
  await page.getByLabel("Name").fill(person);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator(".account-name", { hasText: person }).waitFor();
}

/** Goes to a page and waits until all of it is there. */
export async function open(page: Page, path: string): Promise<string> {
  const response = await page.goto(path);
  await settled(page);
  return response?.headers()["content-security-policy"] ?? "";
}

/** Nothing is waited for any more, and what has come is drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.locator("main h1").first().waitFor();
  await page.waitForFunction(() => {
    const widgets = [...document.querySelectorAll("main *")].flatMap(({ shadowRoot }) => shadowRoot ?? []);
    return [document, ...widgets].every((one) => one.querySelector(".loading, .waiting-block") === null);
  });
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
}
