import { clientToken } from "./client-token.ts";

interface TokenRequest {
  readonly gateway: string;
  readonly tokenUrl: string;
  readonly origin: string;
  /** `Sec-Fetch-Site` of who asks. */
  readonly site: string | string[] | undefined;
}

/** The one private figure of the page: its own page alone gets a token, and no choice of what it is for. */
const FIGURE = { widget: "follow-up", measure: "follow-up-completion", region: "Karnataka" };

/** The answer of `POST /embed/tokens`; `undefined` for whoever is not a page of this server. */
export async function mintWidgetToken(request: TokenRequest): Promise<string | undefined> {
  const { gateway, tokenUrl, origin, site } = request;
  if (site !== "same-origin") return undefined;
  const answer = await fetch(`${gateway}/embed/tokens`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${await clientToken(tokenUrl, "viewer")}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ ...FIGURE, origin, minutes: 5 }),
  });
  if (!answer.ok) throw new Error(`the gateway gave no embed token: ${answer.status}`);
  return answer.text();
}
