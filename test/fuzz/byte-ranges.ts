import fc from "fast-check";
import { type ExportClient, exportClient } from "../src/export-client.ts";
import type { TestStack } from "../src/test-stack.ts";
import { SENT } from "./hostile-json.ts";

export interface FuzzedRange {
  readonly range: string;
  readonly ifRange: string | undefined;
  readonly isGzipped: boolean;
}

interface ExportedFile {
  readonly client: ExportClient;
  readonly url: string;
  readonly text: Buffer;
  left: number;
}

const NUMBERS = ["0", "1", "9", "1000", "4294967296", "9".repeat(30), "-1", "1e3", "0x1", "", SENT, " 5 "];
const number = fc.oneof(fc.nat(20_000).map(String), fc.constantFrom(...NUMBERS));
const UNITS = ["bytes=", "bytes=", "bytes=", "Bytes = ", "items=", "bytes", SENT];

/** A file of an export, of which ranges are asked for: what comes is what stands there, or a refusal. */
export class ByteRanges {
  readonly arbitrary: fc.Arbitrary<FuzzedRange> = fc
    .record({
      unit: fc.constantFrom(...UNITS),
      ranges: fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 3 }),
      ifRange: fc.constantFrom(undefined, undefined, '"x"', 'W/"x"', SENT, "Sun, 01 Nov 2026 00:00:00 GMT"),
      isGzipped: fc.boolean(),
    })
    .map(({ unit, ranges, ...rest }) => ({
      ...rest,
      range: unit + ranges.map((ends) => ends.join("-")).join(","),
    }));
  readonly #stack: TestStack;
  #file: ExportedFile | undefined;

  constructor(stack: TestStack) {
    this.#stack = stack;
  }

  async check({ range, ifRange, isGzipped }: FuzzedRange): Promise<void> {
    const file = await this.#fileInHand();
    const { status, headers, bytes, body } = await file.client.ask(file.url, {
      headers: {
        Range: range,
        "Accept-Encoding": isGzipped ? "gzip" : "identity",
        ...(ifRange === undefined ? {} : { "If-Range": ifRange }),
      },
    });
    if (JSON.stringify(headers).includes(SENT) || (status >= 400 && body.includes(SENT)))
      throw new Error(`a value is said again: ${status} ${body}`);
    if (![200, 206, 416].includes(status)) throw new Error(`a range was answered ${status} ${body}`);
    if (status === 206 && !isGzipped) assertPart(String(headers["content-range"]), bytes, file.text);
    if (status === 200 && !isGzipped && !bytes.equals(file.text)) throw new Error("another file came");
  }

  /** One user's, until the minute's requests are used up. */
  async #fileInHand(): Promise<ExportedFile> {
    const known = this.#file;
    const file = known !== undefined && known.left > 0 ? known : await this.#exported();
    file.left -= 1;
    this.#file = file;
    return file;
  }

  async #exported(): Promise<ExportedFile> {
    const client = await exportClient(this.#stack, "analyst");
    const { output } = await client.run("/$export?_type=Patient");
    const url = output[0]?.url ?? "";
    const { bytes } = await client.ask(url, { headers: { "Accept-Encoding": "identity" } });
    return { client, url, text: bytes, left: 80 };
  }
}

function assertPart(contentRange: string, bytes: Buffer, whole: Buffer): void {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange) ?? [];
  const part = whole.subarray(Number(first), Number(last) + 1);
  if (Number(size) !== whole.length || part.length === 0 || !part.equals(bytes))
    throw new Error(`another part came: ${contentRange}`);
}
