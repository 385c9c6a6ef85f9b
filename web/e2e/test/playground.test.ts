import { afterEach, describe, expect, it } from "vitest";
import { open, settled } from "../src/arrival.ts";
import { type Visitor, visitor } from "../src/visitor.ts";

let someone: Visitor | undefined;
afterEach(async () => {
  await someone?.close();
  someone = undefined;
});

const NAME = "Zebrastripe Quillfeather";
const PASTED = JSON.stringify({
  resourceType: "Patient",
  id: "pasted-1",
  name: [{ text: NAME }],
  gender: "female",
  birthDate: "1980-05-17",
});

describe("the playground", () => {
  it("asks nothing of any server while it works on what is pasted, with the network or without", async () => {
    someone = await visitor(undefined);
    const { page, context, faults } = someone;
    await open(page, "/playground");
    const asked: string[] = [];
    context.on("request", (request) => asked.push(request.url()));
    await context.setOffline(true);
    await page.getByRole("textbox", { name: /^FHIR R4 as JSON/ }).fill(PASTED);
    const row = page.getByRole("row").filter({ hasText: NAME }).first();
    await row.waitFor();
    expect(await row.locator(".effect").textContent()).toBe("changed");
    expect(await row.locator("td").nth(2).textContent()).toMatch(/./);
    expect(await row.locator("td").nth(2).textContent()).not.toContain("Zebrastripe");
    expect(await page.getByRole("row").filter({ hasText: "birthDate" }).textContent()).toContain(
      "1980-05-17",
    );
    for (const name of ["safe-harbor", "shifted", "programme"]) {
      await page.getByRole("combobox", { name: /^Policy/ }).selectOption(name);
      await page.locator("#result").waitFor();
    }
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = await page.getByRole("textbox", { name: "Share link" }).inputValue();
    expect(link).not.toContain("Zebrastripe");
    expect(asked).toEqual([]);
    expect(faults).toEqual([]);
  });

  it("opens from a link with the policy, and never with the resource", async () => {
    someone = await visitor(undefined);
    const { page, context } = someone;
    await open(page, "/playground");
    await page.getByRole("textbox", { name: /^FHIR R4 as JSON/ }).fill(PASTED);
    await page.locator("summary", { hasText: "Edit the policy" }).click();
    const editor = page.getByRole("textbox", { name: "Policy as JSON" });
    const edited = (await editor.inputValue()).replace(/^(\s*)"gender": "keep",?\n/m, "");
    await editor.fill(edited);
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = await page.getByRole("textbox", { name: "Share link" }).inputValue();
    const other = await context.newPage();
    await other.goto(link);
    await settled(other);
    await other.getByText("The policy can be used.").waitFor();
    expect(await other.getByRole("textbox", { name: "Policy as JSON" }).inputValue()).toBe(edited);
    expect(await other.locator("main").innerHTML()).not.toContain(NAME);
  });
});
