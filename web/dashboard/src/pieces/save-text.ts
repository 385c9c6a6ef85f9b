import { saveFrom } from "./save-from.ts";

/** Gives what is shown to the browser as a file: no request, so that file and view are the same. */
export function saveText(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  saveFrom(url, name);
  URL.revokeObjectURL(url);
}
