import type { ComponentChildren } from "preact";

export interface ScrollRegionProps {
  /** What is in it, for who does not see it. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** What may be wider than the page scrolls by itself, by keyboard too. */
export function ScrollRegion({ label, children }: ScrollRegionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section class="table-frame" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
