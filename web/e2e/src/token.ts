/** An access token of a client of the demo, as a script gets one. */
export async function tokenOf(client: string, tokenUrl: string): Promise<string> {
  const response = await fetch(tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client,
      client_secret: "demo-secret",
    }),
  });
  const { access_token } = Object(await response.json());
  if (typeof access_token !== "string") throw new Error(`no token for ${client}: ${response.status}`);
  return access_token;
}
