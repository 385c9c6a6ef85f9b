import type { Corpus } from "./corpus.ts";

export function throughputRow(name: string, { lines, megabytes }: Corpus, seconds: number): string {
  const speed = (megabytes / seconds).toFixed(1).padStart(8);
  return `  ${name.padEnd(34)}${speed} MB/s ${(lines.length / seconds).toFixed(0).padStart(9)} resources/s`;
}

export function figureRow(name: string, figure: string): string {
  return `  ${name.padEnd(34)}${figure}`;
}

export function perSecond(count: number, seconds: number): string {
  return `${(count / seconds).toFixed(0).padStart(8)} a second`;
}

export function corpusTitle({ name, lines, megabytes }: Corpus): string {
  return `${name}, ${lines.length} resources, ${megabytes.toFixed(1)} MB`;
}
