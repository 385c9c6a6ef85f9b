import { type ReadonlySignal, signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Route } from "./routes.ts";

/** What is drawn in the main part. The page before stays until the next one has been loaded. */
export interface LoadedPage {
  readonly route: Route;
  readonly component: ComponentType;
}

export interface PageLoader {
  readonly page: ReadonlySignal<LoadedPage | undefined>;
  readonly failed: ReadonlySignal<boolean>;
  show(route: Route): Promise<void>;
}

export function createPageLoader(): PageLoader {
  const page = signal<LoadedPage | undefined>(undefined);
  const failed = signal(false);
  let wanted: Route | undefined;

  return {
    page,
    failed,
    async show(route) {
      wanted = route;
      failed.value = false;
      try {
        const component = await route.load();
        if (wanted === route) page.value = { route, component };
      } catch {
        // Offline, or the files of this version are gone: the browser keeps a failed import, so only a reload helps.
        if (wanted === route) failed.value = true;
      }
    },
  };
}
