import { isDeepStrictEqual } from "node:util";

import type { Clock } from "#platform/clock.ts";
import { toMessage } from "#platform/errors.ts";
import { toRule } from "#platform/flags/flag-rule.ts";
import { EMPTY_DOCUMENT, type FlagsDocument } from "#platform/flags/flags-document.ts";
import type { SharedFlags } from "#platform/flags/flags.ts";
import { openSource, type FlagSourceOptions } from "#platform/flags/open-source.ts";
import { createEvaluator } from "#platform/flags/unleash.ts";
import { within } from "#platform/flags/within.ts";
import type { Logger } from "#platform/logger.ts";

export interface FlagsDependencies {
  readonly source: FlagSourceOptions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Opens the source of flags. It never fails for one that is broken or away: a missing flag means legacy, and
 * `freshness()` says what is wrong. A file is read before it returns. Every draw is made by the subject's key,
 * the stickiness `random` included.
 */
export function createFlags({ source, clock, logger }: FlagsDependencies): SharedFlags {
  const evaluator = createEvaluator(clock);
  const listeners = new Set<() => void>();
  /** Flags that could not be evaluated, so that each is logged once and not on every request. */
  const failedNames = new Set<string>();
  let held = EMPTY_DOCUMENT;

  function hold(document: FlagsDocument): void {
    if (isDeepStrictEqual(document, held)) return;
    evaluator.hold(document);
    held = document;
    failedNames.clear();
    for (const listener of listeners) notify(listener);
  }

  function notify(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      logger.error({ error: toMessage(error) }, "A listener to flag changes failed");
    }
  }

  function noteFailure(name: string, error: unknown): void {
    if (failedNames.has(name)) return;
    failedNames.add(name);
    logger.error({ flag: name, error: toMessage(error) }, "A flag cannot be evaluated: it is off");
  }

  const opened = openSource(source, { clock, logger, hold });

  return {
    evaluate(name, subject) {
      if (!evaluator.has(name)) return "absent";
      try {
        const enabled = evaluator.isEnabled(name, subject);
        opened.count?.(name, enabled);
        return enabled ? "on" : "off";
      } catch (error) {
        noteFailure(name, error);
        return "off";
      }
    },
    variantOf(name, subject) {
      if (!evaluator.has(name)) return undefined;
      try {
        const variant = evaluator.variantOf(name, subject);
        opened.count?.(name, variant !== undefined);
        return variant;
      } catch (error) {
        noteFailure(name, error);
        return undefined;
      }
    },
    positionOf: (name, subject) => evaluator.positionOf(name, subject),
    list: () =>
      held.features.map((flag) => ({
        name: flag.name,
        enabled: flag.enabled,
        rule: toRule(flag),
      })),
    document: () => held,
    countUse({ name, on, off }) {
      if (opened.count === undefined) return;
      for (let times = 0; times < on; times += 1) opened.count(name, true);
      for (let times = 0; times < off; times += 1) opened.count(name, false);
    },
    freshness: () => opened.freshness(),
    ready: async (deadlineMs) => within(opened.firstAnswer, deadlineMs),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      listeners.clear();
      await opened.close();
      evaluator.destroy();
    },
  };
}
