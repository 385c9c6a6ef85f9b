import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { plainImports } from "./plain-imports.ts";
import { wordsOnDemand } from "./words-on-demand.ts";

const SIGNALS = fileURLToPath(import.meta.resolve("@preact/signals-core"));

/**
 * Two modules at stable addresses, for pages of others and for frames, and what they load, at addresses with a hash. Addresses are
 * relative: the parts of a script come from where the script came from.
 */
export default defineConfig({
  base: "./",
  plugins: [wordsOnDemand(), plainImports()],
  // Widgets draw themselves when a signal changes: the integration with Preact would be a tenth of what a page loads.
  resolve: { alias: [{ find: /^@preact\/signals(?:-core)?$/, replacement: SIGNALS }] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2023",
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: false,
    rolldownOptions: {
      input: { widgets: "src/widgets.ts", frame: "src/frame.ts" },
      output: {
        entryFileNames: "embed/[name].js",
        chunkFileNames: "embed/parts/[name]-[hash].js",
        assetFileNames: "embed/parts/[name]-[hash][extname]",
        // What several widgets draw with comes in one piece: it is compressed better than many small ones.
        codeSplitting: {
          groups: [{ name: "drawing", test: /\/(?:mount-widget|place-chart|measure-format|plural)\.tsx?$/ }],
        },
      },
    },
  },
});
