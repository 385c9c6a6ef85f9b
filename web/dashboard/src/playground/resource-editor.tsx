import { useId } from "preact/hooks";
import { type Playground, SAMPLES } from "./create-playground.ts";
import { playgroundWords } from "./words.ts";

const OWN = "";

/** Chooses a synthetic resource, or takes what is pasted. */
export function ResourceEditor({ playground }: { readonly playground: Playground }) {
  const words = playgroundWords();
  const problem = useId();
  const sample = playground.sample.value;
  const resources = playground.resources.value;
  return (
    <section class="card">
      <h2>{words.resource}</h2>
      <label class="field">
        {words.sample}
        <select
          value={sample === undefined ? OWN : String(sample)}
          onChange={({ currentTarget }) => playground.chooseSample(Number(currentTarget.value))}
        >
          {SAMPLES.map((type, index) => (
            <option key={type} value={String(index)}>
              {type}
            </option>
          ))}
          {sample === undefined && <option value={OWN}>{words.ownResource}</option>}
        </select>
      </label>
      <label class="field">
        {words.resourceText}
        <textarea
          class="code-editor"
          aria-describedby={problem}
          aria-invalid={resources.kind === "bad"}
          rows={18}
          spellcheck={false}
          autocomplete="off"
          value={playground.resourceText.value}
          onInput={({ currentTarget }) => playground.editResource(currentTarget.value)}
        />
      </label>
      <p id={problem} role="status">
        {resources.kind === "bad" && (resources.problem === "no-json" ? words.noJson : words.noResource)}
      </p>
    </section>
  );
}
