import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useOwnLanguage } from "../own-language.ts";

/** Before it is measured, and where it cannot be. */
const USUAL_WIDTH = 560;

/** Width of an element in CSS pixels, so that a drawing has letters of the page's size at every width. First of a chart's hooks. */
export function useWidth<E extends Element>(): {
  readonly frame: RefObject<E | null>;
  readonly width: number;
} {
  useOwnLanguage();
  const frame = useRef<E>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = () => setWidth(Math.round(element.clientWidth) || USUAL_WIDTH);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { frame, width };
}
