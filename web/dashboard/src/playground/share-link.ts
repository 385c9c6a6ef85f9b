/** A policy in the address's fragment, which no browser sends to a server. The resource is never in it. */
export type SharedPolicy =
  | { readonly kind: "shipped"; readonly name: string }
  | { readonly kind: "own"; readonly text: string };

/** A fragment without its `#`. */
export async function fragmentOf(shared: SharedPolicy): Promise<string> {
  if (shared.kind === "shipped") return `policy=${encodeURIComponent(shared.name)}`;
  const bytes = await through(new TextEncoder().encode(shared.text), new CompressionStream("deflate-raw"));
  return `own=${base64Url(bytes)}`;
}

/** `undefined` where the fragment holds no policy, or one that was cut off. */
export async function sharedPolicyOf(fragment: string): Promise<SharedPolicy | undefined> {
  const fields = new URLSearchParams(fragment);
  const name = fields.get("policy");
  if (name !== null) return { kind: "shipped", name };
  const packed = fields.get("own");
  if (packed === null) return undefined;
  try {
    const text = await through(bytesOf(packed), new DecompressionStream("deflate-raw"));
    return { kind: "own", text: new TextDecoder().decode(text) };
  } catch {
    return undefined;
  }
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

function base64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}
