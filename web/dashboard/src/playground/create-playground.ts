import { compilePolicy, type Plan, programmePolicy, SHIPPED_POLICIES } from "@aarohan/deid";
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type ReadPolicy, readPolicyText } from "./policy-text.ts";
import { type ReadResources, readResources } from "./resource-text.ts";
import samples from "./samples.generated.json" with { type: "json" };
import { fragmentOf, type SharedPolicy, sharedPolicyOf } from "./share-link.ts";
import { type Trial, tryPolicy } from "./trial.ts";

/** Names of the policies that come with the gateway. */
export const POLICY_NAMES = SHIPPED_POLICIES.map(({ name }) => name);
export const SAMPLES = samples.map(({ resourceType }) => resourceType);

export interface Playground {
  /** Name of the shipped policy; `undefined` once it has been edited. */
  readonly policyName: ReadonlySignal<string | undefined>;
  readonly policyText: ReadonlySignal<string>;
  readonly policy: ReadonlySignal<ReadPolicy>;
  /** Place of the sample; `undefined` for what was pasted. */
  readonly sample: ReadonlySignal<number | undefined>;
  readonly resourceText: ReadonlySignal<string>;
  readonly resources: ReadonlySignal<ReadResources>;
  /** By the last policy that could be used; `undefined` where there is no resource. */
  readonly trial: ReadonlySignal<Trial | undefined>;
  choosePolicy(name: string): void;
  editPolicy(text: string): void;
  chooseSample(index: number): void;
  editResource(text: string): void;
  /** Takes the policy of a share link; false where it holds one that cannot be read. */
  open(fragment: string): Promise<boolean>;
  /** A fragment that holds the policy. */
  share(): Promise<string>;
}

/** A policy, a resource and what the one makes of the other, all in the tab. */
export function createPlayground(): Playground {
  const policyName = signal<string | undefined>(programmePolicy.name);
  const policyText = signal(shippedText(programmePolicy.name));
  const sample = signal<number | undefined>(0);
  const resourceText = signal(sampleText(0));
  const policy = computed(() => readPolicyText(policyText.value));
  const resources = computed(() => readResources(resourceText.value));
  const plan = signal<Plan>(compilePolicy(programmePolicy));
  effect(() => {
    if (policy.value.kind === "good") plan.value = policy.value.plan;
  });

  function choosePolicy(name: string): void {
    policyName.value = name;
    policyText.value = shippedText(name);
  }

  function editPolicy(text: string): void {
    policyName.value = undefined;
    policyText.value = text;
  }

  function take(shared: SharedPolicy): void {
    if (shared.kind === "own") editPolicy(shared.text);
    else if (POLICY_NAMES.includes(shared.name)) choosePolicy(shared.name);
  }

  return {
    policyName,
    policyText,
    policy,
    sample,
    resourceText,
    resources,
    trial: computed(() =>
      resources.value.kind === "good" ? tryPolicy(plan.value, resources.value.resources) : undefined,
    ),
    choosePolicy,
    editPolicy,
    chooseSample(index) {
      sample.value = index;
      resourceText.value = sampleText(index);
    },
    editResource(text) {
      sample.value = undefined;
      resourceText.value = text;
    },
    async open(fragment) {
      if (!/^(?:own|policy)=/.test(fragment)) return true;
      const shared = await sharedPolicyOf(fragment);
      if (shared === undefined) return false;
      take(shared);
      return true;
    },
    share() {
      const name = policyName.peek();
      return fragmentOf(
        name === undefined ? { kind: "own", text: policyText.peek() } : { kind: "shipped", name },
      );
    },
  };
}

function shippedText(name: string): string {
  return JSON.stringify(
    SHIPPED_POLICIES.find((policy) => policy.name === name),
    null,
    2,
  );
}

function sampleText(index: number): string {
  return JSON.stringify(samples[index], null, 2);
}
