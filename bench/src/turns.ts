/** Work that is measured, and the seconds of its least disturbed round. */
export interface Candidate {
  readonly work: () => void;
  seconds: number;
  /** Seconds of the processor that each round took: waiting for it on a busy machine does not count. */
  readonly rounds: number[];
}

export function candidate(work: () => void): Candidate {
  return { work, seconds: Number.POSITIVE_INFINITY, rounds: [] };
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
  const before = process.threadCpuUsage();
  one.work();
  const { user, system } = process.threadCpuUsage(before);
  one.rounds.push((user + system) / 1e6);
  one.seconds = Math.min(one.seconds, (performance.now() - started) / 1000);
}
