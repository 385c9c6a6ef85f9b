import { DEMO_CLIENTS } from "../issuer/demo-people.ts";

/** An access token of a client of the development issuer. */
export async function clientToken(tokenUrl: string, client: string): Promise<string> {
  const known = DEMO_CLIENTS.find(({ id }) => id === client);
  if (known === undefined) throw new Error(`the issuer has no client ${client}`);
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: known.id,
    client_secret: known.secret,
  });
  const answer = await fetch(tokenUrl, { method: "POST", body });
  const { access_token: token } = Object(await answer.json());
  if (typeof token !== "string") throw new Error(`the issuer gave ${client} no token: ${answer.status}`);
  return token;
}
