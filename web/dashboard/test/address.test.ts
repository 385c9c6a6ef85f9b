import { describe, expect, it } from "vitest";
import { createAddress } from "../src/address/create-address.ts";

function browserAt(first: string) {
  const steps = [first];
  const here = () => steps.at(-1) ?? "";
  const address = createAddress({
    href: here,
    push: (href) => steps.push(new URL(href, here()).href),
    replace: (href) => steps.splice(-1, 1, new URL(href, here()).href),
  });
  return { address, steps };
}

describe("address", () => {
  it("keeps every filter, so that the same address gives the same view", () => {
    const { address, steps } = browserAt("https://edge.example/audit?role=viewer");
    address.filter({ agent: "issuer|someone & co", outcome: "4" });
    const { address: shared } = browserAt(steps.at(-1) ?? "");
    expect([...shared.query.value]).toEqual([
      ["role", "viewer"],
      ["agent", "issuer|someone & co"],
      ["outcome", "4"],
    ]);
    expect(shared.path.value).toBe("/audit");
  });

  it("takes out what is undefined or empty, and repeats lists", () => {
    const { address } = browserAt("https://edge.example/exports/new?since=2025-01-01&type=Patient");
    address.filter({ since: "", type: ["Patient", "Task"], format: undefined });
    expect(address.query.value.toString()).toBe("type=Patient&type=Task");
  });

  it("makes a step for Back of a choice, and none of each letter that is typed", () => {
    const { address, steps } = browserAt("https://edge.example/dictionary");
    address.filter({ type: "Patient" });
    address.filter({ find: "b" }, "typing");
    address.filter({ find: "bi" }, "typing");
    expect(steps).toEqual([
      "https://edge.example/dictionary",
      "https://edge.example/dictionary?type=Patient&find=bi",
    ]);
  });

  it("makes no step where nothing changes", () => {
    const { address, steps } = browserAt("https://edge.example/dictionary?type=Patient");
    address.filter({ type: "Patient" });
    expect(steps).toHaveLength(1);
  });

  it("follows the browser's own moves", () => {
    const { address, steps } = browserAt("https://edge.example/exports");
    address.go("/exports/new?type=Task");
    steps.pop();
    address.moved();
    expect(address.path.value).toBe("/exports");
    expect(address.query.value.size).toBe(0);
  });
});
