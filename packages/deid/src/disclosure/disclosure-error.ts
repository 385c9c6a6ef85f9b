/** Tables that cannot be published as they were handed in: they contradict themselves or the shape declared for them. */
export class DisclosureError extends Error {
  override readonly name = "DisclosureError";
}
