import { type ReadonlySignal, signal } from "@preact/signals";
import { assertGatewayError, type Gateway } from "../gateway/create-gateway.ts";
import type { GatewayError } from "../gateway/gateway-error.ts";
import { attributesOf, type EmbedChoice, isPageOrigin } from "./embed-choice.ts";

/**
 * - `none`: no origin has been given.
 * - `invalid`: it is none.
 * - `fits`: pages of it may show the widget.
 * - `not-published`: the widget is not published for it.
 */
export type OriginVerdict =
  | { readonly kind: "none" | "invalid" | "checking" | "fits" | "not-published" }
  | { readonly kind: "failed"; readonly error: GatewayError };

export interface OriginCheck {
  readonly verdict: ReadonlySignal<OriginVerdict>;
  check(choice: EmbedChoice): Promise<void>;
}

/** Whether pages of an origin may show a widget: the gateway says it of a frame, by where that may stand. */
export function createOriginCheck(gateway: Gateway): OriginCheck {
  const verdict = signal<OriginVerdict>({ kind: "none" });
  let underWay = new AbortController();

  async function ask(choice: EmbedChoice, own: AbortSignal): Promise<OriginVerdict> {
    try {
      const path = `/embed/frame/${choice.widget}?${new URLSearchParams(attributesOf(choice))}`;
      const response = await gateway.ask(path, { signal: own });
      const policy = response.headers.get("Content-Security-Policy") ?? "";
      return { kind: isAncestor(choice.origin, policy) ? "fits" : "not-published" };
    } catch (error) {
      if (own.aborted) return { kind: "checking" };
      assertGatewayError(error);
      const isRefused = error.details.code === "embed-not-granted";
      return isRefused ? { kind: "not-published" } : { kind: "failed", error };
    }
  }

  return {
    verdict,
    async check(choice) {
      underWay.abort();
      underWay = new AbortController();
      const { signal: own } = underWay;
      if (choice.origin === "" || !isPageOrigin(choice.origin)) {
        verdict.value = { kind: choice.origin === "" ? "none" : "invalid" };
        return;
      }
      // Of a private widget, the token says for which origin it is.
      verdict.value = { kind: choice.isPrivate ? "fits" : "checking" };
      if (choice.isPrivate) return;
      const found = await ask(choice, own);
      if (!own.aborted) verdict.value = found;
    },
  };
}

/** CSP 3 §6.4.2: `frame-ancestors`, with exact origins, or `*`. */
function isAncestor(origin: string, policy: string): boolean {
  const sources = /(?:^|;)\s*frame-ancestors ([^;]*)/.exec(policy)?.[1]?.trim().split(/\s+/) ?? [];
  return sources.includes(origin) || sources.includes("*");
}
