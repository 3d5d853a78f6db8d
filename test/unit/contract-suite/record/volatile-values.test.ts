import { expect, test } from "vitest";

import { guessVolatile, toPlaceholder } from "#contract-suite/record/volatile-values.ts";

const nowMs = Date.parse("2026-11-22T20:33:44Z");

test("values that are new in every answer are told by how they look", () => {
  const text = JSON.stringify({
    id: "0b5c4b5e-1e0c-4a5e-9f43-1f0f8f5b3a10",
    echoed: "11111111-1111-4111-8111-111111111111",
    at: "2026-11-22T20:33:40.820145",
    zoned: "2026-11-22T20:33:40Z",
    later: "2030-01-01T00:00:00",
    reset: nowMs / 1000 + 60,
    processing_time_ms: 119,
    count: 3,
    none: null,
  });
  expect(guessVolatile(text, { nowMs, sent: "11111111-1111-4111-8111-111111111111" })).toEqual({
    "/id": "uuid",
    "/at": "timestamp",
    "/zoned": "timestamp",
    "/reset": "epoch",
    "/processing_time_ms": "duration",
  });
});

test("a text that is no JSON has none", () => {
  expect(guessVolatile("<html>", { nowMs, sent: "" })).toEqual({});
});

test.each([
  ["Date", "Sun, 22 Nov 2026 20:33:44 GMT", "{{http-date}}"],
  ["x-response-time", "1.23ms", "{{milliseconds}}ms"],
  ["x-request-id", "1795379938123-4711", "{{request-id}}"],
  ["x-request-id", "of another form", "of another form"],
  ["location", "https://pam.example/api/v1", "https://{{host}}/api/v1"],
  ["content-type", "application/json", "application/json"],
])("%s: %s is written as %s", (name, value, written) => {
  expect(toPlaceholder(name, value)).toBe(written);
});
