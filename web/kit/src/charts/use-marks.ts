import { useRef, useState } from "preact/hooks";

/** From the mark at `from`, where a key leads; `undefined` for a key that leads nowhere. */
export type Step = (from: number, key: string) => number | undefined;

export interface Marks {
  /** The mark that is pointed at or has the focus. */
  readonly at: number | undefined;
  /** Attributes of the mark at a place. */
  props(place: number, label: string): MarkProps;
  /** Attributes of what stands after the chart, where Escape leads: Tab goes on from there. */
  readonly exit: { readonly ref: { current: HTMLSpanElement | null }; readonly tabIndex: -1 };
}

interface MarkProps {
  readonly role: "img";
  /** In SVG, attributes keep their case: `tabIndex` would be another one. */
  readonly tabindex: 0 | -1;
  readonly "aria-label": string;
  readonly ref: (element: SVGGElement | null) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClick: () => void;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
}

/**
 * One tab stop for all marks of a chart: arrow keys lead from one to the next, Home and End to the ends, Escape out. `choose` is
 * what a click, Enter or the space bar does to a mark.
 */
export function useMarks(
  count: number,
  step: Step = inALine(count),
  choose?: (place: number) => void,
): Marks {
  const [at, setAt] = useState<number | undefined>(undefined);
  const [stop, setStop] = useState(0);
  const elements = useRef(new Map<number, SVGGElement>());
  const exit = useRef<HTMLSpanElement>(null);
  const current = Math.min(stop, Math.max(0, count - 1));

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") exit.current?.focus();
    if (choose !== undefined && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(current);
      return;
    }
    const next = step(current, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setStop(next);
    elements.current.get(next)?.focus();
  }

  function props(place: number, label: string): MarkProps {
    return {
      role: "img",
      tabindex: place === current ? 0 : -1,
      "aria-label": label,
      ref(element) {
        if (element === null) elements.current.delete(place);
        else elements.current.set(place, element);
      },
      onKeyDown,
      onClick: () => choose?.(place),
      onFocus() {
        setStop(place);
        setAt(place);
      },
      onBlur: () => setAt(undefined),
      onPointerEnter: () => setAt(place),
      onPointerLeave: () => setAt(undefined),
    };
  }

  return { at, props, exit: { ref: exit, tabIndex: -1 } };
}

function inALine(count: number): Step {
  return function stepInALine(from, key) {
    if (key === "Home") return 0;
    if (key === "End") return count - 1;
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    return by === undefined ? undefined : Math.min(count - 1, Math.max(0, from + by));
  };
}
