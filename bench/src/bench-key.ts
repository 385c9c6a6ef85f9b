import {
  type Anonymiser,
  type ByteAnonymiser,
  createAnonymiser,
  createByteAnonymiser,
  createPseudonymCodec,
  type Plan,
  type PseudonymCodec,
} from "@aarohan/deid";

const RELEASE_YEAR = 2026;

/** A fresh codec: nothing of an earlier round is in its caches. */
export function benchCodec(): PseudonymCodec {
  return createPseudonymCodec({
    keys: [{ id: 0, secret: new Uint8Array(32).fill(1) }],
    domain: { tenant: "t", recipient: "r", policy: "p" },
  });
}

/** Makes no pseudonyms: of the time of a run without them, what is missing is theirs. */
export function constantCodec(): PseudonymCodec {
  const pseudonym = "A".repeat(44);
  return {
    ...benchCodec(),
    seal: () => pseudonym,
    short: () => "AA-0000-0000-0000-0",
    digest: () => "A".repeat(22),
    shiftDays: () => 7,
  };
}

export function benchAnonymiserOf(plan: Plan, pseudonyms = benchCodec()): Anonymiser {
  return createAnonymiser(plan, { pseudonyms, releaseYear: RELEASE_YEAR });
}

export function benchByteAnonymiserOf(plan: Plan): ByteAnonymiser {
  return createByteAnonymiser(plan, { pseudonyms: benchCodec(), releaseYear: RELEASE_YEAR });
}
