import { createHmac } from "node:crypto";
import type { Plan } from "@aarohan/deid";
import type { AnyResource } from "@aarohan/fhir";
import { benchAnonymiserOf, benchCodec } from "./bench-key.ts";
import { figureRow, perSecond } from "./figures.ts";
import { candidate, takeTurns } from "./turns.ts";

const IDS = 50_000;
const REFERENCES_A_RESOURCE = 1000;
const ROUNDS = 4;
const KEY = new Uint8Array(32).fill(7);

/**
 * Pseudonyms by themselves, beside the native HMAC of as many ids, which nobody opens; and as references of resources that name
 * a thousand others each.
 */
export function benchPseudonyms(plan: Plan): string[] {
  const uuids = Array.from({ length: IDS }, () => crypto.randomUUID());
  const resources = Array.from({ length: IDS / REFERENCES_A_RESOURCE }, (_, index) =>
    referring(uuids.slice(index * REFERENCES_A_RESOURCE, (index + 1) * REFERENCES_A_RESOURCE)),
  );
  const text = JSON.stringify(resources[0]);
  const copies = resources.map((): AnyResource => JSON.parse(text));
  const sealedUuids = candidate(() => sealAll(uuids));
  const otherIds = uuids.map((uuid) => uuid.slice(-12));
  const sealedOthers = candidate(() => sealAll(otherIds));
  const fresh = candidate(() => {
    const anonymiser = benchAnonymiserOf(plan);
    for (const resource of resources) anonymiser.anonymise(resource);
  });
  const known = candidate(() => {
    const anonymiser = benchAnonymiserOf(plan);
    for (const copy of copies) anonymiser.anonymise(copy);
  });
  const hashed = candidate(() => {
    for (const id of uuids) createHmac("sha256", KEY).update(id).digest("base64url");
  });
  takeTurns(ROUNDS, [hashed, sealedUuids, sealedOthers, fresh, known]);
  const row = (name: string, { seconds }: typeof hashed) =>
    figureRow(name, `${(hashed.seconds / seconds).toFixed(2).padStart(6)} ${perSecond(IDS, seconds)}`);
  return [
    "pseudonyms, one thread:",
    row("HMAC of node:crypto, native", hashed),
    row("of UUIDs, no cache", sealedUuids),
    row("of other ids, no cache", sealedOthers),
    row("references to new resources", fresh),
    row("references to known resources", known),
  ];
}

function sealAll(ids: readonly string[]): void {
  const codec = benchCodec();
  for (const id of ids) codec.seal("Patient", id);
}

function referring(ids: readonly string[]): AnyResource {
  return {
    resourceType: "Observation",
    id: "panel",
    status: "final",
    hasMember: ids.map((id) => ({ reference: `Observation/${id}` })),
  };
}
