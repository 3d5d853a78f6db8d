import { expect, test } from "vitest";

import { readRetryAfterMs } from "#platform/resilience/retry-after.ts";

const NOW_MS = Date.parse("2026-11-24T10:00:00Z");

test.each([
  [{ "retry-after": "2" }, 2_000],
  [{ "retry-after": " 1.5 " }, 1_500],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "Tue, 24 Nov 2026 10:00:07 GMT" }, 7_000],
  [{ "retry-after": "Tue, 24 Nov 2026 09:00:00 GMT" }, 0],
  [{ "retry-after-ms": "350" }, 350],
  [{ "retry-after-ms": "350", "retry-after": "9" }, 350],
  [{ "retry-after-ms": "soon", "retry-after": "9" }, 9_000],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "-4" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{}, undefined],
])("%j asks to wait for %s ms", (headers, expected) => {
  expect(readRetryAfterMs(new Headers(headers), NOW_MS)).toBe(expected);
});
