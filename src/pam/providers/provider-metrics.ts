import type { Metrics } from "#platform/metrics.ts";

import type { Breakers } from "./breakers.ts";
import type { AttemptRecord } from "./model-call.ts";

const STATE_VALUES = { closed: 0, "half-open": 1, open: 2 } as const;

/** Counts every attempt, and shows the breakers as they are at the moment of a scrape. Its result is the runner's `onAttempt`. */
export function createProviderMetrics(
  metrics: Pick<Metrics, "counter" | "durations" | "reading">,
  breakers: Pick<Breakers, "states">,
): (record: AttemptRecord) => void {
  const attempts = metrics.counter({
    name: "compat_model_attempts_total",
    help: "Attempts at AI models by how they ended; breaker-open ones were not made",
    labels: ["provider", "model", "outcome"],
  });
  const durations = metrics.durations({
    name: "compat_model_attempt_duration_seconds",
    help: "Attempts at AI models from beginning to end",
    labels: ["provider", "model"],
  });
  const tokens = metrics.counter({
    name: "compat_model_tokens_total",
    help: "Tokens as the providers count them",
    labels: ["provider", "model", "direction"],
  });
  metrics.reading(
    {
      name: "compat_model_breaker_state",
      help: "0 closed, 1 half-open, 2 open",
      labels: ["provider", "model"],
      merge: "max",
    },
    () =>
      breakers.states().map(({ provider, model, state }) => ({
        labels: { provider, model },
        value: STATE_VALUES[state],
      })),
  );
  return ({ provider, model, outcome, durationMs, usage }) => {
    attempts({ provider, model, outcome }).add();
    if (outcome !== "breaker-open") durations({ provider, model }).observe(durationMs / 1_000);
    if (usage === undefined) return;
    tokens({ provider, model, direction: "input" }).add(usage.inputTokens);
    tokens({ provider, model, direction: "output" }).add(usage.outputTokens);
  };
}
