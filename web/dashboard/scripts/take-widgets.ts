/** Lays the widgets beside the page: the gateway serves both as its static assets. */
import { cpSync } from "node:fs";

cpSync(new URL("../../widgets/dist/", import.meta.url), new URL("../dist/", import.meta.url), {
  recursive: true,
  // Vite's manifest is of each build's own.
  filter: (source) => !source.includes("/.vite"),
});
