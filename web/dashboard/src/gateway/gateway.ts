import { session } from "../session/session.ts";
import { createGateway } from "./create-gateway.ts";

/** The gateway that served this page. */
export const gateway = createGateway({
  fetch: (input, init) => fetch(input, init),
  role: () => session.named.peek(),
  onSignedOut: session.end,
});
