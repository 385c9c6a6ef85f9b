import { type MountWidget, WidgetElement } from "./widget-element.ts";

/** Each element loads what it draws with, and nothing of the others'. */
const LOADERS: Readonly<Record<string, () => Promise<MountWidget>>> = {
  "aarohan-coverage": async () => (await import("./coverage-view.tsx")).mountCoverage,
  "aarohan-detection": async () => (await import("./detection-view.tsx")).mountDetection,
  "aarohan-referrals": async () => (await import("./referrals-view.tsx")).mountReferrals,
  "aarohan-follow-up": async () => (await import("./follow-up-view.tsx")).mountFollowUp,
};

for (const [name, load] of Object.entries(LOADERS)) {
  // A page may have the script twice.
  if (customElements.get(name) !== undefined) continue;
  customElements.define(
    name,
    class extends WidgetElement {
      protected override load = load;
    },
  );
}
