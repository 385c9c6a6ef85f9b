// @vitest-environment happy-dom

import type { ExportState } from "@aarohan/contract";
import { EdgeError } from "@aarohan/contract";
import { operationOutcome } from "@aarohan/fhir";
import { LANGUAGES, setLanguage } from "@aarohan/kit";
import { type ComponentType, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it, vi } from "vitest";
import { address } from "../src/address/address.ts";
import { AuditPage } from "../src/audit/audit-page.tsx";
import { DictionaryPage } from "../src/dictionary/dictionary-page.tsx";
import { ExportsPage } from "../src/exports/exports-page.tsx";
import { NewExportPage } from "../src/exports/new-export-page.tsx";
import { PlaygroundPage } from "../src/playground/playground-page.tsx";
import { session } from "../src/session/session.ts";
import { SettingsPage } from "../src/settings/settings-page.tsx";
import { Shell } from "../src/shell/shell.tsx";

const STATES: readonly ExportState[] = [
  "queued",
  "running",
  "complete",
  "complete-with-errors",
  "failed",
  "cancelled",
  "expired",
];

function job(state: ExportState, index: number) {
  return {
    name: "job",
    part: [
      { name: "id", valueId: `job-${index}` },
      { name: "state", valueCode: state },
      { name: "created", valueInstant: `2026-11-28T10:0${index}:00Z` },
      { name: "level", valueCode: "system" },
      { name: "format", valueCode: "csv" },
      { name: "role", valueCode: "data-analyst" },
      { name: "type", valueCode: "Patient" },
      { name: "percent", valueInteger: 100 },
      { name: "resources", valueUnsignedInt: 123456 },
    ],
  };
}

const ANSWERS: Readonly<Record<string, () => Response>> = {
  "/fhir/$export-jobs": () => Response.json({ resourceType: "Parameters", parameter: STATES.map(job) }),
  "/fhir/metadata": () =>
    Response.json({ rest: [{ resource: [{ type: "Patient", searchParam: [{ name: "gender" }] }] }] }),
  "/fhir/Patient/$data-dictionary": () =>
    Response.json({
      tableSchema: {
        columns: [
          {
            name: "birth_date",
            datatype: "date",
            "dc:description": "Cohort.",
            "dc:source": "Patient.birthDate",
          },
          { name: "gender", datatype: "string", "dc:description": "Sex.", "dc:source": "Patient.gender" },
        ],
      },
    }),
  "/fhir/AuditEvent": () => new Response("id,outcome\r\nevent-1,0\r\n"),
  "/fhir/$settings": () =>
    Response.json(
      {
        resourceType: "Parameters",
        parameter: [
          { name: "policy", part: [{ name: "name", valueString: "programme" }] },
          {
            name: "limit",
            part: [
              { name: "name", valueCode: "download-bytes" },
              { name: "most", valueUnsignedInt: 10000000 },
              { name: "windowSeconds", valueUnsignedInt: 60 },
            ],
          },
        ],
      },
      { headers: { ETag: 'W/"0"' } },
    ),
  "/fhir/Measure": () => Response.json({ entry: [{ resource: { id: "screening-coverage" } }] }),
};

let root: HTMLElement;

/** The page as it is once everything that it asks for has been answered. */
async function show(Page: ComponentType, href = "/", answers = ANSWERS): Promise<HTMLElement> {
  vi.stubGlobal("fetch", async (path: string) => {
    const answer = answers[path.split("?", 1)[0] ?? ""];
    return answer === undefined ? new Response("", { status: 404 }) : answer();
  });
  address.replace(href);
  root = document.createElement("div");
  document.body.replaceChildren(root);
  await act(() => render(<Page />, root));
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
  return root;
}

async function change(element: Element | null, value: string, type: "input" | "change"): Promise<void> {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement))
    throw new Error("no field");
  await act(() => {
    element.value = value;
    element.dispatchEvent(new Event(type, { bubbles: true }));
  });
}

afterEach(() => {
  render(null, root);
  vi.unstubAllGlobals();
  setLanguage("en");
});

describe("exports", () => {
  it.each(LANGUAGES)("have a word of their own for every state in %s", async (language) => {
    setLanguage(language);
    const page = await show(ExportsPage);
    const words = [...page.querySelectorAll("[data-state]")].map(({ textContent }) => textContent);
    expect(words).toHaveLength(STATES.length);
    expect(new Set(words).size).toBe(STATES.length);
  });

  it("show progress while they go on, never 100 %, and rows only where there are files", async () => {
    const page = await show(ExportsPage);
    const bars = [...page.querySelectorAll("progress")].map(({ value }) => value);
    expect(bars.length).toBeGreaterThan(0);
    const [whole] = bars;
    expect(whole).toBe(99);
    expect(page.textContent?.match(/1,23,456/g)).toHaveLength(2);
  });

  it("are removed only after a second yes", async () => {
    const removed: string[] = [];
    const page = await show(ExportsPage, "/exports", {
      ...ANSWERS,
      "/fhir/$export-poll-status": () => {
        removed.push("asked");
        return new Response("", { status: 202 });
      },
    });
    const press = (name: string) => {
      const button = [...page.querySelectorAll("button")].find(({ textContent }) => textContent === name);
      return act(async () => button?.click());
    };
    await press("Delete files");
    expect(removed).toEqual([]);
    await press("No");
    await press("Delete files");
    await press("Yes");
    expect(removed).toEqual(["asked"]);
  });

  it("that cannot be listed say until when to wait, in the gateway's words too", async () => {
    const throttled = () =>
      Response.json(
        { resourceType: "OperationOutcome", issue: [{ diagnostics: "More than 100 requests." }] },
        { status: 429, headers: { "Retry-After": "300" } },
      );
    const page = await show(ExportsPage, "/exports", { "/fhir/$export-jobs": throttled });
    const alert = page.querySelector("[role=alert]");
    expect(alert?.textContent).toMatch(/Again in [56] min/);
    expect(alert?.querySelector("q[lang=en]")?.textContent).toBe("More than 100 requests.");
    expect(alert?.querySelector("button")?.disabled).toBe(true);
  });
});

describe("an error", () => {
  it("tells its parameter and its code apart", async () => {
    const error = new EdgeError("resource-type-hidden", "Media is never exported.", { parameter: "_type" });
    const refused = () => Response.json(operationOutcome(error), { status: error.status });
    const page = await show(ExportsPage, "/exports", { "/fhir/$export-jobs": refused });
    expect(page.querySelector("[role=alert] .hint")?.textContent).toMatch(/ _type · resource-type-hidden$/);
  });
});

describe("new export", () => {
  it("takes all of its form from the address, and starts nothing that would be refused", async () => {
    const page = await show(
      NewExportPage,
      "/exports/new?type=Patient&format=parquet&filter=Task%3Fstatus%3Ddone",
    );
    expect(page.querySelector<HTMLInputElement>("input[type=checkbox]")?.checked).toBe(true);
    expect(page.querySelectorAll<HTMLInputElement>("input[type=radio]")[2]?.checked).toBe(true);
    expect(page.querySelector("textarea")?.getAttribute("aria-invalid")).toBe("true");
    const start = [...page.querySelectorAll("button")].find(
      ({ textContent }) => textContent === "Start the export",
    );
    expect(start?.disabled).toBe(true);
    await change(page.querySelector("textarea"), "Patient?gender=female", "change");
    expect(address.query.value.getAll("filter")).toEqual(["Patient?gender=female"]);
    expect(start?.disabled).toBe(false);
  });
});

describe("data dictionary", () => {
  it("finds columns by words, which stand in the address", async () => {
    const page = await show(DictionaryPage, "/dictionary?type=Patient");
    expect(page.querySelectorAll("tbody tr")).toHaveLength(2);
    await change(page.querySelector("input[type=search]"), "birthdate cohort", "input");
    expect(page.querySelectorAll("tbody tr")).toHaveLength(1);
    expect(address.query.value.get("find")).toBe("birthdate cohort");
  });
});

describe("audit and settings", () => {
  it("show the filters of the address and the rows of the trail", async () => {
    const page = await show(AuditPage, "/audit?outcome=4&agent=someone");
    expect(page.querySelector<HTMLInputElement>("input[name=agent]")?.value).toBe("someone");
    expect(page.querySelector("tbody")?.textContent).toBe("Successevent-1");
  });

  it("tell limits in words", async () => {
    const page = await show(SettingsPage, "/settings");
    expect(page.textContent).toMatch(/Bytes of downloads: 1,00,00,000 in 60 s/);
  });

  it("mark what is wrong in a row, and do not save it", async () => {
    const page = await show(SettingsPage, "/settings");
    const add = [...page.querySelectorAll("button")].find(
      ({ textContent }) => textContent === "Add a denominator",
    );
    await act(() => add?.click());
    expect(page.querySelector("tbody [aria-invalid=true]")?.getAttribute("aria-label")).toMatch(/^State/);
    const save = [...page.querySelectorAll("button")].find(({ textContent }) => textContent === "Save");
    expect(save?.disabled).toBe(true);
  });
});

describe("playground", () => {
  it("draws the difference, follows the policy, and asks nobody anything", async () => {
    const asked = vi.fn();
    const page = await show(PlaygroundPage, "/playground#policy=identified", {});
    vi.stubGlobal("fetch", asked);
    expect(page.querySelector("select")?.value).toBe("identified");
    const [, resource] = page.querySelectorAll("textarea");
    await change(resource ?? null, '{"resourceType":"Patient","id":"p-1","gender":"female"}', "input");
    const effects = [...page.querySelectorAll("[data-effect]")].map((row) => row.getAttribute("data-effect"));
    expect(effects).toEqual(["kept", "kept"]);
    await change(page.querySelector("textarea"), "{", "input");
    expect(page.querySelector("textarea")?.getAttribute("aria-invalid")).toBe("true");
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("the frame", () => {
  it("explains the gateway to whom nobody knows, and keeps the view of whose session has ended", async () => {
    const nobody = { "/auth/session": () => Response.json({ signedIn: false }) };
    const page = await show(Shell, "/exports", nobody);
    await act(() => session.refresh());
    expect(page.querySelector("h1")?.textContent).toBe("Screening data out, identities stay in.");
    const [signIn] = page.querySelectorAll<HTMLAnchorElement>("a[href^='/auth/login']");
    expect(signIn?.getAttribute("href")).toBe("/auth/login?return=%2Fexports");
    expect([...page.querySelectorAll(".rail a")].map(({ textContent }) => textContent)).toEqual([
      "Playground",
    ]);
  });
});
