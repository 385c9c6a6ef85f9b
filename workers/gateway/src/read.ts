import { EdgeError } from "@aarohan/contract";
import { isFhirId, parseElements, subsetOf } from "@aarohan/fhir";
import { formatResource, releaseResource } from "@aarohan/pipeline";
import type { Handler } from "hono";
import { baseUrl, resourceType } from "./address.ts";
import { answer } from "./answer.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import { releaseOf } from "./release-of.ts";
import { readSearchRequest } from "./search-request.ts";
import { upstreamCall } from "./upstream-call.ts";

/** `GET /fhir/{type}/{id}` (FHIR R4 §3.1.0.2); for an analyst the id is a pseudonym. */
export function readResource(): Handler<GatewayEnv> {
  return async function readResource(c) {
    const type = resourceType(c);
    const view = c.get("view");
    const record = c.get("record");
    record.describe({ interaction: "read", resourceType: type, policy: view.policy });
    view.assertType(type, "read");
    const { format, pretty, elements, parameters } = await readSearchRequest(c);
    const subset = elements === undefined ? undefined : parseElements(elements, type);
    const [other] = parameters;
    if (other !== undefined) {
      throw new EdgeError("parameter-unknown", "A read takes _elements, _format and _pretty only.", {
        parameter: other.name,
      });
    }
    const id = view.upstreamId(type, c.req.param("id") ?? "");
    const bytes =
      id === undefined || !isFhirId(id)
        ? undefined
        : await c.get("tenant").upstream.read(type, id, upstreamCall(c));
    const release = releaseOf(c);
    // What does not exist takes the same way as what is withheld, a question about consent included.
    if (bytes === undefined && id !== undefined) await release.withheldOf?.([id]);
    const released = bytes === undefined ? undefined : await releaseResource(bytes, release);
    // Nonexistent, foreign, tampered and withheld: one answer.
    if (released === undefined) throw new EdgeError("resource-not-found", `There is no such ${type}.`);
    const chunks = formatResource(
      subset === undefined ? released.resource : subsetOf(released.resource, subset),
      {
        format,
        pretty,
        resourceType: type,
        audience: view.audience,
        answers: view.answers,
        baseUrl: baseUrl(c),
      },
    );
    return answer(c, chunks, {
      format,
      resourceType: type,
      next: undefined,
      resources: 1,
      withheld: 0,
      patients: released.patients,
    });
  };
}
