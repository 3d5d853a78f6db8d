import { expect, test } from "vitest";

import { logSecurityEvent } from "#pam/safety/middleware.ts";
import { createSecurityEventCounts, SECURITY_EVENTS } from "#pam/safety/security-event.ts";
import { createLogger } from "#platform/logger.ts";
import { createMetrics } from "#platform/metrics.ts";

function createFixture() {
  const lines: unknown[] = [];
  const metrics = createMetrics({ version: "0.0.0" });
  const counts = createSecurityEventCounts(metrics);
  const logger = createLogger({ level: "warn", write: (line) => lines.push(JSON.parse(line)) });
  return { lines, metrics, counts, context: { logger, counts } };
}

const event = {
  name: "PROMPT_INJECTION",
  userId: "u1",
  check: "jailbreak",
  reason: "Detected jailbreak pattern",
} as const;

test("an event is one structured line", () => {
  const { lines, context } = createFixture();
  logSecurityEvent({ ...event, text: "sudo mode" }, context);
  expect(lines).toEqual([
    {
      level: "warn",
      time: expect.any(String),
      message: "A security event was recorded",
      securityEvent: "PROMPT_INJECTION",
      userId: "u1",
      check: "jailbreak",
      reason: "Detected jailbreak pattern",
      preview: "sudo mode",
      length: 9,
    },
  ]);
});

test("the preview is short, and holds nothing that identifies a person", () => {
  const { lines, context } = createFixture();
  const text = `${"😀".repeat(70)} jo@example.org ${"x".repeat(5_000)}`;
  logSecurityEvent({ ...event, text }, context);
  expect(lines).toEqual([
    expect.objectContaining({ preview: `${"😀".repeat(70)} <EMAIL> x…`, length: text.length }),
  ]);
});

test("an event without a text has no preview", () => {
  const { lines, context } = createFixture();
  logSecurityEvent({ ...event, name: "RATE_LIMIT_VIOLATION" }, context);
  expect(lines).toEqual([expect.not.objectContaining({ preview: expect.anything() })]);
});

test("events are counted by name, for whoever audits and in the metrics", async () => {
  const { counts, metrics, context } = createFixture();
  logSecurityEvent(event, context);
  logSecurityEvent(event, context);
  logSecurityEvent({ ...event, name: "SUSPICIOUS_MESSAGE" }, context);
  expect(counts.read()).toMatchObject({
    PROMPT_INJECTION: 2,
    SUSPICIOUS_MESSAGE: 1,
    VALIDATION_FAILURE: 0,
  });
  expect(Object.keys(counts.read())).toEqual([...SECURITY_EVENTS]);
  expect(await metrics.render()).toContain(
    'banyan_security_events_total{event="PROMPT_INJECTION"} 2',
  );
});
