import { createSession } from "./create-session.ts";

const REMEMBERED = "aarohan-role";

/** Who uses the dashboard. */
export const session = createSession({
  fetch: (input, init) => fetch(input, init),
  remembered: {
    get: () => sessionStorage.getItem(REMEMBERED),
    set: (role) => sessionStorage.setItem(REMEMBERED, role),
  },
});
