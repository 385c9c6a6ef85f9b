import { Agent, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { DemoRole } from "@aarohan/devkit";
import type { TestStack } from "../test-stack.ts";
import type { Journey } from "./journey.ts";
import type { Answer, Witness } from "./witness.ts";

/** Of ten users: six analysts, two providers, a viewer and an administrator. */
export const ROLES_OF_USERS: readonly DemoRole[] = [
  "analyst",
  "analyst",
  "provider",
  "analyst",
  "viewer",
  "analyst",
  "administrator",
  "analyst",
  "provider",
  "analyst",
];

/** A tenth above the limit of requests a minute: some of them are told to wait. */
const PACE_MILLISECONDS = 60_000 / 110;

export interface SoakUser {
  /** Goes on asking, one request after the other and within the same limits, until the time in milliseconds since 1970. */
  ask(until: number, witness: Witness): Promise<void>;
}

export function createSoakUser(
  { mint, fhirUrl }: Pick<TestStack, "mint" | "fhirUrl">,
  role: DemoRole,
  practitioner: string,
  journey: Journey,
): SoakUser {
  const claims = {
    sub: crypto.randomUUID(),
    ...(role === "provider" ? { practitioner_id: practitioner } : {}),
  };
  return {
    async ask(until, witness) {
      const token = await mint.mint(role, { ...claims, exp: Math.floor(until / 1000) + 300 });
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      // Users do not come all at once.
      await delay(Math.random() * PACE_MILLISECONDS);
      while (Date.now() < until) {
        const begun = Date.now();
        const path = journey.next();
        const answer = await answerOf(new URL(path, `${fhirUrl}/`).href, token, agent);
        witness.see(journey.kind(), answer, Date.now() - begun);
        journey.took(answer);
        await delay(Math.max(0, begun + PACE_MILLISECONDS - Date.now()));
      }
      agent.destroy();
    },
  };
}

/** Status 0: the connection broke before there was an answer. A body that breaks off is `isWhole: false`. */
function answerOf(url: string, token: string, agent: Agent): Promise<Answer> {
  return new Promise((done) => {
    const headers = { Authorization: `Bearer ${token}`, Prefer: "respond-async" };
    const outgoing = request(url, { agent, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      const end = (isWhole: boolean) =>
        done({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks).toString("utf8"),
          isWhole,
        });
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("error", () => end(false));
      incoming.on("end", () => end(incoming.complete));
    });
    outgoing.on("error", () => done({ status: 0, headers: {}, body: "", isWhole: false }));
    outgoing.end();
  });
}
