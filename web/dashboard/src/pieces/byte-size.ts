import { formatNumber } from "@aarohan/kit";

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** In the largest decimal unit of which there is a whole one: `12.3 MB`. */
export function formatBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${formatNumber(bytes / 1000 ** step, 1)} ${UNITS[step]}`;
}
