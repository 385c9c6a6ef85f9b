import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { address } from "../address/address.ts";
import { CopyButton } from "../snippets/snippet-panel.tsx";
import { createPlayground, type Playground } from "./create-playground.ts";
import { PolicyEditor } from "./policy-editor.tsx";
import { ResourceEditor } from "./resource-editor.tsx";
import { TrialView } from "./trial-view.tsx";
import { playgroundWords } from "./words.ts";

/** A policy and a resource → the difference. Open to everybody: nothing of it concerns the gateway. */
export function PlaygroundPage() {
  const words = playgroundWords();
  const playground = useMemo(createPlayground, []);
  const isBroken = useSignal(false);
  const fragment = address.fragment.value;
  useEffect(() => {
    void playground.open(fragment).then((isGood) => {
      isBroken.value = !isGood;
    });
  }, [playground, fragment, isBroken]);
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.intro}</p>
      {isBroken.value && (
        <p class="notice notice-waiting" role="alert">
          {words.linkBroken}
        </p>
      )}
      <div class="grid">
        <PolicyEditor playground={playground} />
        <ResourceEditor playground={playground} />
      </div>
      <TrialView playground={playground} />
      <Share playground={playground} />
    </>
  );
}

function Share({ playground }: { readonly playground: Playground }) {
  const words = playgroundWords();
  const link = useSignal("");
  async function make(): Promise<void> {
    link.value = `${location.origin}/playground#${await playground.share()}`;
  }
  return (
    <section class="card">
      <h2>{words.share}</h2>
      <p>{words.shareText}</p>
      <div class="cluster actions">
        <button type="button" class="button" onClick={make}>
          {words.makeLink}
        </button>
        {link.value !== "" && <CopyButton key={link.value} text={link.value} />}
      </div>
      {link.value !== "" && <input class="wide" aria-label={words.share} readOnly value={link.value} />}
    </section>
  );
}
