import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "./export-folder.ts";
import type { Manifest, ManifestFile } from "./manifest.ts";

/** Strong validators (RFC 9110 §8.8.3) of files that are begun, by name: for the address that they came from. */
type Validators = Record<string, { readonly url: string; readonly etag: string }>;

/** The folder of one run: files in their places, `.part` files that are begun, and their validators. */
export class RunFolder {
  readonly path: string;
  readonly #note: string;

  constructor(path: string) {
    this.path = path;
    this.#note = join(path, "downloads.json");
  }

  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true });
  }

  placeOf({ name }: ManifestFile): string {
    return join(this.path, name);
  }

  partOf({ name }: ManifestFile): string {
    return join(this.path, `${name}.part`);
  }

  /** What is here of a file that is begun, and how the rest is asked for; `undefined` where it begins anew. */
  async begun(file: ManifestFile): Promise<{ readonly bytes: number; readonly etag: string } | undefined> {
    const known = (await this.#validators())[file.name];
    const bytes = await stat(this.partOf(file)).then(
      ({ size }) => size,
      () => 0,
    );
    if (known === undefined || known.url !== file.url.href || bytes === 0) return undefined;
    return { bytes, etag: known.etag };
  }

  /** Empties what is begun, before its bytes can be taken for those of another validator. */
  async beginAnew(file: ManifestFile, etag: string | undefined): Promise<void> {
    const part = await open(this.partOf(file), "w");
    await part.close();
    const validators = await this.#validators();
    delete validators[file.name];
    if (etag !== undefined) validators[file.name] = { url: file.url.href, etag };
    await writeWhole(this.#note, validators);
  }

  async drop(file: ManifestFile): Promise<void> {
    await rm(this.partOf(file), { force: true });
  }

  async keep(file: ManifestFile): Promise<void> {
    await rename(this.partOf(file), this.placeOf(file));
  }

  /**
   * The manifest comes last: where it is, everything is. What an earlier manifest of the job named, and this one does not, was
   * withdrawn meanwhile: it is removed.
   */
  async complete({ data, errors, json }: Manifest): Promise<void> {
    const named = new Set([...data, ...errors].map(({ name }) => name));
    for (const name of Object.keys(await this.#validators()).filter((name) => !named.has(name))) {
      await rm(join(this.path, name), { force: true });
      await rm(join(this.path, `${name}.part`), { force: true });
    }
    await rm(this.#note, { force: true });
    await writeWhole(join(this.path, "manifest.json"), json);
  }

  /** None where the note is missing or damaged: files then begin anew. */
  async #validators(): Promise<Validators> {
    try {
      return Object(JSON.parse(await readFile(this.#note, "utf8")));
    } catch {
      return {};
    }
  }
}
