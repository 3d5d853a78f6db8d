import { expect, test } from "vitest";

import { createBreakers, createProviderMetrics, type AttemptRecord } from "#pam/providers/index.ts";
import { createMetrics } from "#platform/metrics.ts";
import { createManualClock } from "#support/manual-clock.ts";

const RECORD: AttemptRecord = {
  provider: "openai",
  model: "gpt-6-sol",
  outcome: "ok",
  status: undefined,
  phase: undefined,
  durationMs: 300,
  usage: { inputTokens: 11, outputTokens: 7 },
};

test("attempts, tokens, time and breakers are there to be scraped", async () => {
  const clock = createManualClock();
  const breakers = createBreakers({ clock });
  const metrics = createMetrics({ version: "test" });
  const record = createProviderMetrics(metrics, breakers);
  const breaker = breakers.of(RECORD);
  for (let count = 0; count < 5; count += 1) breaker.acquire()?.fail();
  record(RECORD);
  record({ ...RECORD, outcome: "timeout", usage: undefined });
  record({ ...RECORD, outcome: "breaker-open", usage: undefined });

  const labels = 'provider="openai",model="gpt-6-sol"';
  const text = await metrics.render();
  for (const line of [
    `compat_model_attempts_total{${labels},outcome="ok"} 1`,
    `compat_model_attempts_total{${labels},outcome="timeout"} 1`,
    `compat_model_attempts_total{${labels},outcome="breaker-open"} 1`,
    `compat_model_attempt_duration_seconds_count{${labels}} 2`,
    `compat_model_tokens_total{${labels},direction="input"} 11`,
    `compat_model_tokens_total{${labels},direction="output"} 7`,
    `compat_model_breaker_state{${labels}} 2`,
  ]) {
    expect(text.split("\n")).toContain(line);
  }

  clock.advance(30_000);
  expect(await metrics.render()).toContain(`compat_model_breaker_state{${labels}} 1`);
});
