import type { ReadonlySignal } from "@preact/signals";
import { gateway, type PartState, upstream, version } from "./status.ts";

const WORDS: Record<PartState, string> = { waiting: "asking …", ok: "answers", down: "does not answer" };

function Part({ name, state }: { name: string; state: ReadonlySignal<PartState> }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={`state state-${state.value}`}>{WORDS[state.value]}</dd>
    </div>
  );
}

function Status() {
  return (
    <section aria-labelledby="status">
      <h2 id="status">Status</h2>
      <dl aria-live="polite">
        <Part name="Gateway" state={gateway} />
        <Part name="Programme's FHIR server" state={upstream} />
        <div>
          <dt>Version</dt>
          <dd>{version.value || "–"}</dd>
        </div>
      </dl>
    </section>
  );
}

const LINKS = [
  ["/fhir/metadata", "Capability statement", "what may be asked"],
  ["/.well-known/smart-configuration", "SMART configuration", "where tokens come from"],
  ["/status", "Status", "for monitors"],
] as const;

function Links() {
  return (
    <section aria-labelledby="links">
      <h2 id="links">Interfaces open to all</h2>
      <ul>
        {LINKS.map(([href, title, purpose]) => (
          <li key={href}>
            <a href={href}>{title}</a>
            <span>{purpose}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Promises() {
  return (
    <section aria-labelledby="promises">
      <h2 id="promises">What becomes of identities</h2>
      <dl>
        <div>
          <dt>Names, identifiers</dt>
          <dd>pseudonym</dd>
        </div>
        <div>
          <dt>Date of birth</dt>
          <dd>five-year cohort</dd>
        </div>
        <div>
          <dt>Address</dt>
          <dd>district and state</dd>
        </div>
        <div>
          <dt>Phones, photographs, notes, staff</dt>
          <dd>removed</dd>
        </div>
      </dl>
    </section>
  );
}

function FirstRequest() {
  const lines = [
    `curl "${location.origin}/fhir/QuestionnaireResponse?_format=csv&_count=1000" \\`,
    '  -H "Authorization: Bearer $ACCESS_TOKEN"',
  ];
  return (
    <section class="wide" aria-labelledby="request">
      <h2 id="request">Take data away</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>{lines.join("\n")}</pre>
    </section>
  );
}

export function Page() {
  return (
    <main>
      <header>
        <img src="/mark.svg" alt="" />
        Aarohan Edge
      </header>
      <h1>Screening data out, identities stay in.</h1>
      <p class="lead">
        The export gateway of the Aarogya Aarohan oral cancer screening programme. It stands before the
        programme's FHIR server, knows who asks, and lets nothing through that its policy does not name.
      </p>
      <div class="grid">
        <Status />
        <Promises />
        <Links />
      </div>
      <FirstRequest />
      <footer>
        Questions about exports: <a href="mailto:connect@artpark.in">connect@artpark.in</a>
      </footer>
    </main>
  );
}
