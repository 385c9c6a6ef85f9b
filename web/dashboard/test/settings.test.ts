import { describe, expect, it } from "vitest";
import { createGateway } from "../src/gateway/create-gateway.ts";
import { createSettings } from "../src/settings/create-settings.ts";
import { wrongDenominator, wrongWidget } from "../src/settings/programme-settings.ts";

const KARNATAKA = {
  state: "Karnataka",
  district: "",
  year: "2025",
  eligible: "2500000",
  source: "census projection",
};

/** A gateway that keeps one version of the settings, as the real one does. */
function keeper() {
  const kept = {
    version: 1,
    document: {
      resourceType: "Parameters",
      parameter: [
        {
          name: "denominator",
          part: [
            { name: "state", valueString: "Karnataka" },
            { name: "year", valueInteger: 2025 },
            { name: "eligible", valueInteger: 2_500_000 },
            { name: "source", valueString: "census projection" },
          ],
        },
        { name: "policy", part: [{ name: "name", valueString: "programme" }] },
      ],
    },
  };
  const gateway = createGateway({
    fetch: async (_, init) => {
      if (init.method === "POST") {
        if (new Headers(init.headers).get("If-Match") !== `"${kept.version}"`) {
          return new Response("", { status: 412 });
        }
        kept.version += 1;
        kept.document = JSON.parse(String(init.body));
      }
      return Response.json(kept.document, { headers: { ETag: `"${kept.version}"` } });
    },
    role: () => undefined,
    onSignedOut: () => {},
  });
  return { kept, gateway };
}

describe("settings", () => {
  it("are saved as they were typed, over the version that was loaded", async () => {
    const { kept, gateway } = keeper();
    const settings = createSettings(gateway);
    await settings.load();
    expect(settings.denominators.rows.value).toEqual([KARNATAKA]);
    expect(settings.isChanged.value).toBe(false);
    settings.denominators.change(0, "eligible", "2600000");
    settings.widgets.add({
      widget: "coverage",
      measure: "screening-coverage",
      region: "",
      origins: "https://health.example https://www.health.example",
    });
    expect(settings.isChanged.value).toBe(true);
    await settings.save();
    expect(settings.saving.value.state).toBe("saved");
    expect(settings.isChanged.value).toBe(false);
    expect(kept.version).toBe(2);
    expect(settings.denominators.rows.value[0]?.eligible).toBe("2600000");
    expect(settings.widgets.rows.value[0]?.origins).toBe("https://health.example https://www.health.example");
  });

  it("that somebody else has changed meanwhile are not overwritten, and what was typed stays", async () => {
    const { kept, gateway } = keeper();
    const settings = createSettings(gateway);
    await settings.load();
    kept.version = 7;
    settings.denominators.change(0, "year", "2026");
    await settings.save();
    expect(settings.saving.value).toMatchObject({ state: "failed", error: { kind: "changed" } });
    expect(settings.denominators.rows.value[0]?.year).toBe("2026");
    await settings.load();
    expect(settings.denominators.rows.value[0]?.year).toBe("2025");
  });

  it.each([
    ["state", " "],
    ["year", "25"],
    ["eligible", "0"],
    ["eligible", "2.5 million"],
    ["source", ""],
  ] as const)("name the denominator's %s %j as wrong", (name, value) => {
    expect(wrongDenominator({ ...KARNATAKA, [name]: value })).toBe(name);
    expect(wrongDenominator(KARNATAKA)).toBeUndefined();
  });

  it.each([
    "",
    "https://*.example",
    "https://health.example/page",
    "health.example",
    "https://a.example x",
    "http://health.example",
  ])("publish to exact origins alone, not to %j", (origins) => {
    const widget = { widget: "coverage", measure: "screening-coverage", region: "", origins };
    expect(wrongWidget(widget)).toBe("origins");
    for (const good of ["http://127.0.0.1:8090", "https://health.example", "*"]) {
      expect(wrongWidget({ ...widget, origins: good })).toBeUndefined();
    }
  });
});
