import { session } from "../session/session.ts";
import { createGateway } from "./create-gateway.ts";

/** The gateway that served this page. */
export const gateway = createGateway({
  fetch: (input, init) => fetch(input, init),
  role: () => {
    const held = session.person.peek()?.roles ?? [];
    // Without a choice the gateway decides by itself.
    return held.length > 1 ? session.role.peek() : undefined;
  },
  onSignedOut: session.end,
});
