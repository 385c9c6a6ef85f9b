/**
 * `npm run sbom [-- --out FILE]`: the bill of materials of what is shipped, as CycloneDX 1.6, from the lockfile: pnpm
 * writes it (since its version 11), licences are added from the packages. Without `--out`, into dist/sbom.cdx.json.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { SHIPPED, shippedLicences } from "./shipped.ts";

/** The pinned pnpm has no such command yet; this one writes nothing but the bill. */
const WRITER = ["-y", "--prefer-offline", "-p", "pnpm@11.28.11", "--", "pnpm", "--pm-on-fail=ignore"];
const FORMAT = [
  "sbom",
  "--sbom-format",
  "cyclonedx",
  "--sbom-spec-version",
  "1.6",
  "--sbom-type",
  "application",
];

interface Component {
  readonly purl: string;
  readonly externalReferences?: readonly { readonly hashes?: readonly unknown[] }[];
  licenses?: readonly { readonly license: { readonly id: string } }[];
}

const { values } = parseArgs({ options: { out: { type: "string", default: "dist/sbom.cdx.json" } } });
const bill: { components: Component[] } = JSON.parse(billFromLockfile());
const licences = shippedLicences();
for (const component of bill.components) complete(component);
if (bill.components.length !== licences.size) throw new Error("the bill is not of what is shipped");
mkdirSync(dirname(values.out), { recursive: true });
writeFileSync(values.out, `${JSON.stringify(bill, undefined, 2)}\n`);
console.log(`${values.out}: ${bill.components.length} components, each with licence and SHA-512`);

function billFromLockfile(): string {
  const folder = mkdtempSync(join(tmpdir(), "aarohan-sbom-"));
  try {
    const file = join(folder, "sbom.json");
    const args = [...WRITER, ...FORMAT, "--lockfile-only", "--prod", ...SHIPPED, "--out", file];
    const { status, stdout, stderr } = spawnSync("npx", args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`pnpm sbom failed:\n${stdout}${stderr}`);
    return readFileSync(file, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function complete(component: Component): void {
  const nameAndVersion = decodeURIComponent(component.purl.replace("pkg:npm/", ""));
  const licence = licences.get(nameAndVersion);
  if (licence === undefined) throw new Error(`${nameAndVersion}: states no licence`);
  if (!component.externalReferences?.some(({ hashes }) => hashes?.length)) {
    throw new Error(`${nameAndVersion}: has no hash in the lockfile`);
  }
  component.licenses = [{ license: { id: licence } }];
}
