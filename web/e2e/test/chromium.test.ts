import { afterEach, expect, it, vi } from "vitest";
import { startBrowser } from "../src/chromium.ts";

afterEach(() => vi.unstubAllEnvs());

it("fails, and says what to do, where the browser that is named is not there", async () => {
  vi.stubEnv("CHROMIUM_PATH", "/nowhere/chromium");
  await expect(startBrowser()).rejects.toThrow(/names \/nowhere\/chromium.*apt-get install -y chromium/);
});

it("fails, and says what to do, where it does not start", async () => {
  vi.stubEnv("CHROMIUM_PATH", "/bin/false");
  await expect(startBrowser()).rejects.toThrow(/\/bin\/false does not start.*apt-get install -y chromium/);
});

it("takes the packaged one where none is installed", async () => {
  vi.stubEnv("CHROMIUM_PATH", "");
  vi.stubEnv("PATH", "");
  const browser = await startBrowser();
  expect(browser.process().spawnfile).not.toMatch(/^\/usr/);
  await browser.close();
});
