import { describe, expect, it } from "vitest";
import { createSession, signInHref } from "../src/session/create-session.ts";
import { isOpenTo, ROUTES, routeOf, startOf } from "../src/shell/routes.ts";

const SIGNED_IN = {
  signedIn: true,
  name: "Asha",
  role: "viewer",
  roles: ["viewer", "system-administrator"],
  tenant: "default",
  expiresAt: "2026-11-28T12:00:00Z",
};

function sessionThatAnswers(...answers: (object | Error)[]) {
  const memory = { role: null as string | null };
  const session = createSession({
    fetch: async () => {
      const answer = answers.shift() ?? {};
      if (answer instanceof Error) throw answer;
      return Response.json(answer);
    },
    remembered: {
      get: () => memory.role,
      set: (role) => {
        memory.role = role;
      },
    },
  });
  return { session, memory };
}

describe("session", () => {
  it("serves as the most restrictive role until another that is held is chosen", async () => {
    const { session, memory } = sessionThatAnswers(SIGNED_IN);
    await session.refresh();
    expect(session.state.value).toBe("there");
    expect(session.role.value).toBe("viewer");
    session.choose("system-administrator");
    expect(session.role.value).toBe("system-administrator");
    session.choose("data-analyst");
    expect(session.role.value).toBe("viewer");
    expect(memory.role).toBe("data-analyst");
  });

  it("that ends keeps the person and the view, and one that never was does not", async () => {
    const { session } = sessionThatAnswers(SIGNED_IN);
    session.end();
    expect(session.state.value).toBe("none");
    await session.refresh();
    session.end();
    expect(session.state.value).toBe("ended");
    expect(session.person.value?.name).toBe("Asha");
  });

  it("says when nobody answers, and forgets the person after signing out", async () => {
    const { session } = sessionThatAnswers(new TypeError("offline"), SIGNED_IN, {
      signedIn: false,
      endSession: "https://issuer.example/logout",
    });
    await session.refresh();
    expect(session.state.value).toBe("unreachable");
    await session.refresh();
    expect(await session.signOut()).toBe("https://issuer.example/logout");
    expect(session.state.value).toBe("none");
    expect(session.person.value).toBeUndefined();
  });

  it("leads back to the same view", () => {
    expect(signInHref("/audit?outcome=4")).toBe("/auth/login?return=%2Faudit%3Foutcome%3D4");
  });
});

describe("pages", () => {
  const ROWS = ["exports", "newExport", "exportDetail", "dictionary"];
  const ADMINISTRATORS = ["audit", "settings"];
  const AGGREGATES = ["overview", "coverage", "detection", "referrals", "definition"];

  it("of rows are not a viewer's, aggregates not a provider's, those of administrators nobody else's, and the playground everybody's", () => {
    const openTo = (role: Parameters<typeof isOpenTo>[1]) =>
      ROUTES.filter((route) => isOpenTo(route, role)).map(({ name }) => name);
    expect(openTo(undefined)).toEqual(["playground"]);
    expect(openTo("viewer")).toEqual([...AGGREGATES, "embedding", "playground"]);
    expect(openTo("healthcare-provider")).toEqual([...ROWS, "playground"]);
    for (const name of ADMINISTRATORS) expect(openTo("data-analyst")).not.toContain(name);
    expect(openTo("system-administrator").toSorted()).toEqual(ROUTES.map(({ name }) => name).toSorted());
  });

  it("are found by their whole path, and each role has one to begin with", () => {
    expect(routeOf("/exports/65deda95-892b-46de-87fd-c7e90ef8ec61")?.name).toBe("exportDetail");
    expect(routeOf("/exports/new")?.name).toBe("newExport");
    expect(routeOf("/exports/elsewhere")).toBeUndefined();
    for (const role of ["viewer", "data-analyst", "healthcare-provider", "system-administrator"] as const) {
      const start = routeOf(startOf(role));
      expect(start !== undefined && isOpenTo(start, role)).toBe(true);
    }
  });
});
