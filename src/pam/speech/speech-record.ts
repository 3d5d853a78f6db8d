import type { Clock } from "#platform/clock.ts";

import type { EngineName } from "./engine.ts";

export interface SpeechFailure {
  readonly engine: EngineName;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export interface SpeechFigures {
  /** Texts that engines were asked for; those from the cache are not among them. */
  readonly asked: number;
  readonly spoken: number;
  readonly byEngine: ReadonlyMap<EngineName, number>;
  /** Of the texts that were spoken; 0 before the first. */
  readonly meanMs: number;
  /** Oldest first. */
  readonly recentFailures: readonly SpeechFailure[];
}

export interface SpeechRecord {
  asked(): void;
  spoken(engine: EngineName, durationMs: number): void;
  failed(engine: EngineName, message: string): void;
  figures(): SpeechFigures;
}

const KEEP_MS = 3_600_000;
const MAX_FAILURES = 50;

/** What became of texts since the process started, and what failed within the last hour, at most 50. */
export function createSpeechRecord(clock: Pick<Clock, "now">): SpeechRecord {
  const byEngine = new Map<EngineName, number>();
  const failures: SpeechFailure[] = [];
  let asked = 0;
  let spoken = 0;
  let totalMs = 0;
  return {
    asked() {
      asked += 1;
    },
    spoken(engine, durationMs) {
      spoken += 1;
      totalMs += durationMs;
      byEngine.set(engine, (byEngine.get(engine) ?? 0) + 1);
    },
    failed(engine, message) {
      failures.push({ engine, message, atMs: clock.now() });
      if (failures.length > MAX_FAILURES) failures.shift();
    },
    figures: () => ({
      asked,
      spoken,
      byEngine: new Map(byEngine),
      meanMs: spoken === 0 ? 0 : totalMs / spoken,
      recentFailures: failures.filter(({ atMs }) => clock.now() - atMs < KEEP_MS),
    }),
  };
}
