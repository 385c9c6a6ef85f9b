#!/usr/bin/env node
import { existsSync } from "node:fs";

const bundle = new URL("../dist/aarohan.mjs", import.meta.url);
if (existsSync(bundle)) await import(bundle.href);
else {
  process.stderr.write("aarohan is not built yet: run npm run build\n");
  process.exitCode = 2;
}
