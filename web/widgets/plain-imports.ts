import type { Plugin } from "vite";

const HELPER = "\0vite/preload-helper.js";

/**
 * Parts are loaded by `import()` alone. What Vite wraps it in is for pages of its own: it would put links to scripts and styles into
 * the head of somebody else's page, and is a twentieth of what a widget loads.
 */
export function plainImports(): Plugin {
  return {
    name: "plain-imports",
    enforce: "pre",
    load(id) {
      return id === HELPER ? "export const __vitePreload = (load) => load();" : null;
    },
  };
}
