import { tokenOf } from "./token.ts";

/** What `POST /embed/tokens` takes. */
export interface EmbedGrant {
  readonly widget: string;
  readonly measure: string;
  readonly region?: string;
  readonly origin: string;
  /** 1 to 10. */
  readonly minutes: number;
}

interface Gateway {
  readonly origin: string;
  readonly tokenUrl: string;
}

/** The gateway's answer as a page's server gets it, with an account of its own. */
export async function embedToken({ origin, tokenUrl }: Gateway, grant: EmbedGrant): Promise<string> {
  const response = await fetch(`${origin}/embed/tokens`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${await tokenOf("viewer", tokenUrl)}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify(grant),
  });
  if (!response.ok) throw new Error(`no embed token: ${response.status} ${await response.text()}`);
  return response.text();
}
