import { EdgeError } from "@aarohan/contract";
import { operationOutcome } from "@aarohan/fhir";
import { describe, expect, it, vi } from "vitest";
import { createAsked } from "../src/gateway/asked.ts";
import { createGateway } from "../src/gateway/create-gateway.ts";
import { createRowTypes } from "../src/gateway/create-row-types.ts";
import { GatewayError } from "../src/gateway/gateway-error.ts";
import { nextLink } from "../src/gateway/next-link.ts";
import { readParameters, textOf } from "../src/gateway/parameters.ts";

function gatewayThatAnswers(answer: () => Response | Promise<Response>) {
  const signedOut = vi.fn();
  const sent: Headers[] = [];
  const gateway = createGateway({
    fetch: async (_, init) => {
      sent.push(new Headers(init.headers));
      return answer();
    },
    role: () => "data-analyst",
    onSignedOut: signedOut,
  });
  return { gateway, signedOut, sent };
}

async function errorOf(answer: () => Response | Promise<Response>): Promise<GatewayError> {
  const error: unknown = await gatewayThatAnswers(answer)
    .gateway.json("/fhir/Patient")
    .catch((e: unknown) => e);
  if (!(error instanceof GatewayError)) throw new Error("no GatewayError");
  return error;
}

/** As the gateway writes it. */
function refusal(error: EdgeError, headers: Record<string, string> = {}): Response {
  return Response.json(operationOutcome(error), { status: error.status, headers });
}

describe("gateway", () => {
  it("tells the gateway's own text, code and parameter", async () => {
    const error = await errorOf(() =>
      refusal(new EdgeError("parameter-hidden", "name is hidden.", { parameter: "name" })),
    );
    expect(error).toMatchObject({
      kind: "refused",
      message: "name is hidden.",
      details: { status: 403, code: "parameter-hidden", parameter: "name", retryAt: undefined },
    });
  });

  it("tells until when to wait where a limit is used up", async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const error = await errorOf(() =>
      refusal(new EdgeError("rate-limited", "wait"), { "Retry-After": "42" }),
    );
    vi.useRealTimers();
    expect(error.kind).toBe("throttled");
    expect(error.details.retryAt).toBe(1_042_000);
  });

  it("waits for a gateway that is busy, and tells failures apart from refusals", async () => {
    const busy = await errorOf(() =>
      refusal(new EdgeError("audit-unavailable", "x"), { "Retry-After": "5" }),
    );
    expect(busy.kind).toBe("throttled");
    expect((await errorOf(() => refusal(new EdgeError("upstream-unreachable", "x")))).kind).toBe("failed");
    expect((await errorOf(() => new Response("<html>", { status: 502 }))).message).toBe("");
    expect((await errorOf(() => new Response("", { status: 412 }))).kind).toBe("changed");
  });

  it("ends the session at 401 and at nothing else", async () => {
    const { gateway, signedOut } = gatewayThatAnswers(() => refusal(new EdgeError("token-expired", "x")));
    await expect(gateway.ask("/fhir/Patient")).rejects.toMatchObject({ kind: "signed-out" });
    expect(signedOut).toHaveBeenCalledOnce();
    const hidden = gatewayThatAnswers(() => refusal(new EdgeError("role-not-served", "x")));
    await expect(hidden.gateway.ask("/fhir/Patient")).rejects.toMatchObject({ kind: "refused" });
    expect(hidden.signedOut).not.toHaveBeenCalled();
  });

  it("is offline where nothing answers, and passes an abort on", async () => {
    const broken = await errorOf(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(broken.kind).toBe("offline");
    const abort = new DOMException("", "AbortError");
    const { gateway } = gatewayThatAnswers(() => Promise.reject(abort));
    await expect(gateway.ask("/fhir/Patient")).rejects.toBe(abort);
  });

  it("refuses what is no JSON", async () => {
    expect((await errorOf(() => new Response("<html>"))).kind).toBe("failed");
  });

  it("names the chosen role", async () => {
    const { gateway, sent } = gatewayThatAnswers(() => Response.json({}));
    await gateway.json("/fhir/Patient");
    expect(sent[0]?.get("Aarohan-Role")).toBe("data-analyst");
  });
});

describe("what is asked", () => {
  it("shows the answer to the last question, whichever comes last", async () => {
    const asked = createAsked<string>();
    const first = Promise.withResolvers<string>();
    const asking = asked.ask(() => first.promise);
    await asked.ask(async () => "second");
    first.resolve("first");
    await asking;
    expect(asked.now.value).toEqual({ state: "known", value: "second" });
  });

  it("keeps what was known while it is asked again and where that fails", async () => {
    const asked = createAsked<string>();
    await asked.ask(async () => "old");
    const error = await errorOf(() => new Response("", { status: 500 }));
    const asking = asked.ask(() => Promise.reject(error));
    expect(asked.now.value).toEqual({ state: "asking", value: "old" });
    await asking;
    expect(asked.now.value).toEqual({ state: "failed", value: "old", error });
  });
});

describe("types with rows", () => {
  it("are those that may be exported: no aggregates, no trail, no photographs and documents", async () => {
    const listed = [
      "Media",
      "Binary",
      "DocumentReference",
      "AuditEvent",
      "Measure",
      "Task",
      "Location",
      "Patient",
    ];
    const { gateway } = gatewayThatAnswers(() =>
      Response.json({ rest: [{ resource: listed.map((type) => ({ type })) }] }),
    );
    const types = createRowTypes(gateway);
    await types.load();
    expect(types.now.value.value?.map(({ type }) => type)).toEqual(["Patient", "Task", "Location"]);
  });
});

describe("FHIR's envelopes", () => {
  it("reads Parameters of every type as text", () => {
    const parameters = readParameters({
      resourceType: "Parameters",
      parameter: [
        { name: "percent", valueInteger: 0 },
        { name: "job", part: [{ name: "id", valueId: "x" }] },
      ],
    });
    expect(textOf(parameters, "percent")).toBe("0");
    expect(parameters[1]?.parts).toEqual([{ name: "id", value: "x", parts: [] }]);
    expect(() => readParameters({ resourceType: "Bundle" })).toThrow(GatewayError);
  });

  it("follows the next page on its own origin", () => {
    const headers = new Headers({
      Link: '<https://edge.example/fhir/AuditEvent/$data-dictionary>; rel="describedby"; type="x", <https://edge.example/fhir/AuditEvent?_page=a%2Cb>; rel="next"',
    });
    expect(nextLink(headers)).toBe("/fhir/AuditEvent?_page=a%2Cb");
    expect(nextLink(new Headers())).toBeUndefined();
  });
});
