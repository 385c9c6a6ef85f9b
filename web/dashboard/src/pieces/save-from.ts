/** The browser's own download: it shows how far it is, and holds nothing in memory. */
export function saveFrom(href: string, name: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}
