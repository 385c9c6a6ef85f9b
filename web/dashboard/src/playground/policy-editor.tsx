import { useId } from "preact/hooks";
import { type Playground, POLICY_NAMES } from "./create-playground.ts";
import type { ReadPolicy } from "./policy-text.ts";
import { playgroundWords } from "./words.ts";

const OWN = "";

/** Chooses a policy, and edits it as the JSON that it is. */
export function PolicyEditor({ playground }: { readonly playground: Playground }) {
  const words = playgroundWords();
  const problems = useId();
  const name = playground.policyName.value ?? OWN;
  const policy = playground.policy.value;
  return (
    <section class="card">
      <h2>{words.policy}</h2>
      <label class="field">
        {words.policy}
        <select value={name} onChange={({ currentTarget }) => playground.choosePolicy(currentTarget.value)}>
          {POLICY_NAMES.map((each) => (
            <option key={each}>{each}</option>
          ))}
          {name === OWN && <option value={OWN}>{words.ownPolicy}</option>}
        </select>
      </label>
      <details open={name === OWN || policy.kind === "bad"}>
        <summary>{words.editPolicy}</summary>
        <textarea
          class="code-editor"
          aria-label={words.editor}
          aria-describedby={problems}
          aria-invalid={policy.kind === "bad"}
          rows={18}
          spellcheck={false}
          value={playground.policyText.value}
          onInput={({ currentTarget }) => playground.editPolicy(currentTarget.value)}
        />
      </details>
      <div id={problems} role="status">
        <PolicyState policy={policy} />
      </div>
    </section>
  );
}

function PolicyState({ policy }: { readonly policy: ReadPolicy }) {
  const words = playgroundWords();
  if (policy.kind === "good") {
    const { name, version, hash } = policy.plan;
    return (
      <p class="hint">
        {words.policyGood} <code class="breaking">{`${name}@${version}#${hash.slice(0, 12)}`}</code>
      </p>
    );
  }
  return (
    <>
      <p>{words.policyBad}</p>
      <ul>
        {policy.problems.map(({ place, text }) => (
          <li key={place}>
            {place !== "" && words.problemAt(place)} <span lang="en">{text}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
