import { isListedPlace, listedRegion } from "@aarohan/deid";
import { STATE_TILES } from "@aarohan/kit";
import { describe, expect, it } from "vitest";
import { createOriginCheck } from "../src/embedding/create-origin-check.ts";
import { districtChoices } from "../src/embedding/district-choices.ts";
import { type EmbedChoice, readChoice } from "../src/embedding/embed-choice.ts";
import { embedSnippets } from "../src/embedding/embed-snippets.ts";
import { createGateway } from "../src/gateway/create-gateway.ts";

const GATEWAY = "https://gateway.example";
const choiceOf = (query: string) => readChoice(new URLSearchParams(query));

/** Verdict on a choice, with the paths that were asked for it. */
async function verdictOn(choice: EmbedChoice, answer: () => Response) {
  const asked: string[] = [];
  const origins = createOriginCheck(
    createGateway({
      fetch: async (path) => {
        asked.push(path);
        return answer();
      },
      role: () => undefined,
      onSignedOut: () => {},
    }),
  );
  await origins.check(choice);
  return { verdict: origins.verdict.value, asked };
}

const frameFor = (ancestors: string) => () =>
  new Response("", {
    headers: { "Content-Security-Policy": `default-src 'none'; frame-ancestors ${ancestors}` },
  });

describe("the choice of what is embedded", () => {
  it("is read from the address, and what cannot be is left out", () => {
    expect(
      choiceOf("widget=detection&measure=lesion-positivity&period=2025-03&access=private"),
    ).toMatchObject({
      widget: "detection",
      measure: "lesion-positivity",
      period: "2025-03",
      isPrivate: true,
    });
    expect(choiceOf("widget=nothing&measure=lesion-positivity&period=lately")).toMatchObject({
      widget: "coverage",
      measure: "screening-coverage",
      period: "",
      isPrivate: false,
    });
  });
});

describe("districts to choose from", () => {
  it("are those of a state in which the programme screens, by names that the gateway knows", () => {
    for (const { name: state } of STATE_TILES)
      for (const { value } of districtChoices(state, "")) {
        const { district } = listedRegion({ state, district: value });
        expect(district !== undefined || isListedPlace(value), `${state}|${value}`).toBe(true);
      }
    expect(districtChoices("Karnataka", "").map(({ name }) => name)).toContain("Bengaluru Urban");
    expect(districtChoices("Goa", "")).toEqual([]);
  });

  it("have the one that the address names, whichever it is", () => {
    expect(districtChoices("Goa", "North Goa")).toEqual([{ value: "North Goa", name: "North Goa" }]);
  });
});

describe("the origin of the page", () => {
  const choice = choiceOf("widget=detection&region=Karnataka&origin=https://health.example");

  it.each([
    ["https://health.example http://127.0.0.1:9000", "fits"],
    ["*", "fits"],
    ["https://health.example.org", "not-published"],
    ["http://health.example", "not-published"],
  ])("is one that a frame of the widget may stand in: %s", async (ancestors, kind) => {
    const { verdict, asked } = await verdictOn(choice, frameFor(ancestors));
    expect(verdict).toEqual({ kind });
    expect(asked).toEqual(["/embed/frame/detection?measure=suspicious-rate&region=Karnataka"]);
  });

  it("is none that a widget is published for where it is not published at all", async () => {
    const issue = [{ details: { coding: [{ code: "embed-not-granted" }] } }];
    const refusal = () => Response.json({ resourceType: "OperationOutcome", issue }, { status: 403 });
    expect((await verdictOn(choice, refusal)).verdict).toEqual({ kind: "not-published" });
  });

  it("is not asked for before it is one", async () => {
    for (const [origin, kind] of [
      ["", "none"],
      ["https://health.example/page", "invalid"],
      ["http://health.example", "invalid"],
      ["*", "invalid"],
    ]) {
      const { verdict, asked } = await verdictOn(choiceOf(`origin=${origin}`), frameFor("*"));
      expect(verdict).toEqual({ kind });
      expect(asked).toEqual([]);
    }
  });
});

describe("the lines", () => {
  it("are a script tag and an element, or a frame", () => {
    const { page, frame, server } = embedSnippets(
      choiceOf("widget=follow-up&region=Karnataka&period=2025"),
      GATEWAY,
    );
    expect(page).toBe(
      `<script type="module" src="${GATEWAY}/embed/widgets.js"></script>\n` +
        `<aarohan-follow-up measure="follow-up-completion" region="Karnataka" period="2025"></aarohan-follow-up>`,
    );
    expect(frame).toContain(
      `src="${GATEWAY}/embed/frame/follow-up?measure=follow-up-completion&#38;region=Karnataka&#38;period=2025"`,
    );
    expect(frame).toMatch(/^<iframe title="Follow-up completion" /);
    expect(server).toBeUndefined();
  });

  it("of a private widget have what its server asks, and no frame", () => {
    const { page, frame, script, server } = embedSnippets(
      choiceOf("access=private&origin=https://health.example"),
      GATEWAY,
    );
    expect(page).toContain("<aarohan-coverage private ");
    expect(script).toContain('document.querySelector("aarohan-coverage").getToken');
    expect(server).toContain(
      `'{"widget":"coverage","measure":"screening-coverage","origin":"https://health.example","minutes":10}'`,
    );
    expect(frame).toBeUndefined();
  });

  it("let nothing of the address out of its quotes", () => {
    const { page, server } = embedSnippets(
      choiceOf(`access=private&region=${encodeURIComponent(`"><script>'`)}`),
      GATEWAY,
    );
    expect(page).toContain(`region="&#34;&#62;&#60;script&#62;'"`);
    expect(server).toContain(`\\"><script>'\\''"`);
  });
});
