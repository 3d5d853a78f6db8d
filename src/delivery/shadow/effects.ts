import { AsyncLocalStorage } from "node:async_hooks";

import { cleanText } from "#delivery/compare/index.ts";

/** Something that native would have changed or asked for outside of itself. */
export interface Effect {
  /** What it would have touched: `database`, `redis`, `mail`, `ai`, `speech`, … */
  readonly kind: string;
  /** For a person to read; redacted and short. */
  readonly summary: string;
}

/** Takes down what one shadowed request would have done. */
export interface EffectRecorder {
  readonly effects: readonly Effect[];
  /** Effects beyond what is kept. */
  readonly omitted: number;
  record(kind: string, summary: string): void;
  /** Nothing is taken down any more: the request has been given up on, or judged. */
  seal(): void;
}

const MAX_EFFECTS = 50;
const MAX_SUMMARY = 120;
const MAX_KIND = 40;

export function createEffectRecorder(): EffectRecorder {
  const effects: Effect[] = [];
  let omitted = 0;
  let isSealed = false;
  return {
    effects,
    get omitted() {
      return omitted;
    },
    record(kind, summary) {
      if (isSealed) return;
      if (effects.length >= MAX_EFFECTS) omitted += 1;
      else {
        effects.push({
          kind: kind.slice(0, MAX_KIND),
          summary: cleanText(summary).slice(0, MAX_SUMMARY),
        });
      }
    },
    seal() {
      isSealed = true;
    },
  };
}

/**
 * Ties effects to the request that they belong to. Dependencies that record are built once for all shadowed requests;
 * which of these one call belongs to is known by the asynchronous context it runs in.
 */
export interface EffectScope {
  /** Runs a native side so that what its dependencies record goes to `recorder`. */
  run<T>(recorder: EffectRecorder, native: () => T): T;
  /** Calls that came outside of every run, and were not executed either. */
  readonly strays: number;
  /** Takes an effect down by its kind and in words, for a dependency that is written by hand. */
  record(kind: string, summary: string): void;
  /**
   * Stands in for a function that would change something: takes the call down and gives what `answer` says, as
   * though it had succeeded. `describe` says what the call would have done; the arguments themselves are not kept.
   */
  instead<Arguments extends readonly unknown[], Result>(
    kind: string,
    describe: (...given: Arguments) => string,
    answer: (...given: Arguments) => Result,
  ): (...given: Arguments) => Result;
}

export function createEffectScope(): EffectScope {
  const storage = new AsyncLocalStorage<EffectRecorder>();
  let strays = 0;

  function record(kind: string, summary: string): void {
    const recorder = storage.getStore();
    if (recorder === undefined) strays += 1;
    else recorder.record(kind, summary);
  }

  return {
    run: (recorder, native) => storage.run(recorder, native),
    get strays() {
      return strays;
    },
    record,
    instead:
      (kind, describe, answer) =>
      (...given) => {
        record(kind, describe(...given));
        return answer(...given);
      },
  };
}
