/** The script that pages of others load: it defines the elements. Rejects where it is not there. */
export async function loadWidgetScript(): Promise<void> {
  const script = "/embed/widgets.js";
  await import(/* @vite-ignore */ script);
}
