import { ROLES, type Role } from "@aarohan/contract";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { address } from "../address/address.ts";
import { signInHref } from "../session/create-session.ts";
import { roleWords } from "./role-words.ts";
import { gatewayState, type PartState, upstreamState, version, watchStatus } from "./status.ts";
import { welcomeWords } from "./welcome-words.ts";
import { shellWords } from "./words.ts";

/** For those who are not signed in: what this is, and what it does with identities. */
export function Welcome() {
  const words = welcomeWords();
  return (
    <div class="welcome">
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <p>
        <a class="button button-primary" href={signInHref(address.here.value)}>
          {shellWords().signIn}
        </a>{" "}
        {words.signInText}
      </p>
      <p>
        {words.tryText} <a href="/playground">{shellWords().playground}</a>
      </p>
      <div class="grid">
        <Promises />
        <Roles />
        <Status />
        <Interfaces />
      </div>
      <p class="hint">
        {words.questions} <a href="mailto:connect@artpark.in">connect@artpark.in</a>
      </p>
    </div>
  );
}

function Promises() {
  const words = welcomeWords();
  return (
    <Facts
      title={words.identities}
      facts={[
        [words.namesIn, words.namesOut],
        [words.birthIn, words.birthOut],
        [words.addressIn, words.addressOut],
        [words.restIn, words.restOut],
      ]}
    />
  );
}

function Roles() {
  return (
    <Facts title={welcomeWords().roles} facts={ROLES.map((role) => [roleWords(role), sights()[role]])} />
  );
}

function sights(): Readonly<Record<Role, string>> {
  const words = welcomeWords();
  return {
    viewer: words.viewerSees,
    "data-analyst": words.analystSees,
    "healthcare-provider": words.providerSees,
    "system-administrator": words.administratorSees,
  };
}

function Facts({ title, facts }: { title: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Status() {
  const words = welcomeWords();
  useEffect(watchStatus, []);
  return (
    <section class="card">
      <h2>{words.status}</h2>
      <dl class="facts" aria-live="polite">
        <Part name={words.gateway} state={gatewayState} />
        <Part name={words.server} state={upstreamState} />
        <div>
          <dt>{words.version}</dt>
          <dd>{version.value || "–"}</dd>
        </div>
      </dl>
    </section>
  );
}

function Part({ name, state }: { readonly name: string; readonly state: ReadonlySignal<PartState> }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="part" data-state={state.value}>
        {welcomeWords()[state.value]}
      </dd>
    </div>
  );
}

function Interfaces() {
  const words = welcomeWords();
  const links = [
    ["/fhir/metadata", words.capabilities, words.capabilitiesFor],
    ["/.well-known/smart-configuration", words.smart, words.smartFor],
    ["/status", words.status, words.statusFor],
  ] as const;
  return (
    <section class="card">
      <h2>{words.open}</h2>
      <dl class="facts">
        {links.map(([href, title, purpose]) => (
          <div key={href}>
            <dt>
              <a href={href}>{title}</a>
            </dt>
            <dd>{purpose}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
