/** Work that is measured, and the seconds of its least disturbed round. */
export interface Candidate {
  readonly work: () => void;
  seconds: number;
}

export function candidate(work: () => void): Candidate {
  return { work, seconds: Number.POSITIVE_INFINITY };
}

/**
 * Candidates take turns, so that what disturbs the machine hits all alike. Garbage is not collected between them: that
 * throws away hidden classes, and with them compiled code that in a long run would stay.
 */
export function takeTurns(rounds: number, candidates: readonly Candidate[]): void {
  for (let round = 0; round < rounds; round += 1) for (const one of candidates) run(one);
}

function run(one: Candidate): void {
  const started = performance.now();
  one.work();
  one.seconds = Math.min(one.seconds, (performance.now() - started) / 1000);
}
