import { isRole, type Role } from "@aarohan/contract";
import { computed, type ReadonlySignal, signal } from "@preact/signals";

export interface Person {
  readonly name: string;
  /** All that the person holds, the most restrictive first. */
  readonly roles: readonly Role[];
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** `ended`: there was one, so the view stays as it is until the person has signed in again. */
export type SessionState = "asking" | "none" | "there" | "ended" | "unreachable";

export interface Session {
  readonly state: ReadonlySignal<SessionState>;
  readonly person: ReadonlySignal<Person | undefined>;
  /** The role in which the gateway is asked; `undefined` where nobody is signed in. */
  readonly role: ReadonlySignal<Role | undefined>;
  /** What requests have to name: one role of several. `undefined` where there is no choice, and the gateway decides by itself. */
  readonly named: ReadonlySignal<Role | undefined>;
  choose(role: Role): void;
  /** Asks the gateway who is signed in. */
  refresh(): Promise<void>;
  /** A request was answered as one of nobody. */
  end(): void;
  /** Where the browser goes then: to the issuer, so that it forgets the person too, or to the start. */
  signOut(): Promise<string>;
}

export interface SessionPorts {
  readonly fetch: (input: string, init?: RequestInit) => Promise<Response>;
  /** Remembers the chosen role, no more: there is no token in the page. */
  readonly remembered: { get(): string | null; set(role: string): void };
}

export function createSession({ fetch, remembered }: SessionPorts): Session {
  const state = signal<SessionState>("asking");
  const person = signal<Person | undefined>(undefined);
  const chosen = signal<string | null>(remembered.get());
  const role = computed(() => {
    const held = person.value?.roles ?? [];
    return held.find((each) => each === chosen.value) ?? held[0];
  });

  function none(): void {
    state.value = person.peek() === undefined ? "none" : "ended";
  }

  async function refresh(): Promise<void> {
    try {
      const response = await fetch("/auth/session", { cache: "no-store" });
      if (!response.ok) throw new Error("session");
      const known = readPerson(await response.json());
      if (known === undefined) return none();
      person.value = known;
      state.value = "there";
    } catch {
      if (person.peek() === undefined) state.value = "unreachable";
    }
  }

  return {
    state,
    person,
    role,
    named: computed(() => ((person.value?.roles.length ?? 0) > 1 ? role.value : undefined)),
    choose(next) {
      chosen.value = next;
      remembered.set(next);
    },
    refresh,
    end: none,
    async signOut() {
      const response = await fetch("/auth/logout", { method: "POST" });
      const { endSession } = Object(await response.json());
      person.value = undefined;
      state.value = "none";
      return typeof endSession === "string" ? endSession : "/";
    },
  };
}

/** `undefined` where nobody is signed in. */
function readPerson(document: unknown): Person | undefined {
  const { signedIn, name, roles, tenant, expiresAt } = Object(document);
  if (signedIn !== true) return undefined;
  return {
    name: typeof name === "string" ? name : "",
    roles: Array.isArray(roles) ? roles.filter(isRole) : [],
    tenant: typeof tenant === "string" ? tenant : "",
    expiresAt: typeof expiresAt === "string" ? Date.parse(expiresAt) : 0,
  };
}

/** Signing in leads away and back to the same view. */
export function signInHref(here: string): string {
  return `/auth/login?return=${encodeURIComponent(here)}`;
}
