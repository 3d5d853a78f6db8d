import { describe, expect, test } from "vitest";

import { createFreshValues } from "#stand-in/fresh-values.ts";
import { refreshJson } from "#stand-in/refresh-json.ts";
import { createManualClock } from "#support/manual-clock.ts";

const NOW = Date.UTC(2030, 4, 17, 8, 0, 0);

const fresh = createFreshValues({
  clock: createManualClock(NOW),
  random: () => 0.5,
  recordedAt: "2026-11-22T21:00:00Z",
  host: "pam.test:1",
});

describe("a value of a body keeps its form", () => {
  test.each([
    ["timestamp", '"2026-11-22T21:00:00.250999"', '"2030-05-17T08:00:00.250999"'],
    ["timestamp", '"2026-11-22T20:59:00.000001+00:00"', '"2030-05-17T07:59:00.000001+00:00"'],
    ["timestamp", '"2026-11-22T21:01:00Z"', '"2030-05-17T08:01:00Z"'],
    ["date", '"2026-11-21"', '"2030-05-16"'],
    ["month-start", '"2026-11-01"', '"2030-05-01"'],
    ["month-start", '"2026-11-01T00:00:00"', '"2030-05-01T00:00:00"'],
    ["month-end", '"2026-12-01"', '"2030-05-31"'],
    ["epoch", "1795381200.5", "1905235200.5"],
    ["duration", "120", "120"],
    ["duration", "0.0", "0.0"],
    ["uuid", '"5ca6f031-1ee0-47b3-a285-ae1085a2031a"', '"88888888-8888-4888-8888-888888888888"'],
    ["request-id", '"req_1795382873484_1"', `"req_${NOW}_550000000000000"`],
    ["seconds-left", "58", "58"],
    ["uuid", "null", "null"],
  ] as const)("%s %s", (kind, recorded, expected) => {
    expect(fresh.body(kind, recorded)).toBe(expected);
  });
});

test("equal values of one answer stay equal, different ones stay different", () => {
  let count = 0;
  const random = (): number => ((count += 1) % 16) / 16;
  const values = createFreshValues({
    clock: createManualClock(NOW),
    random,
    recordedAt: undefined,
    host: "",
  });
  const kinds = { "/a": "uuid", "/b": "uuid", "/c": "uuid" } as const;
  const refreshed: unknown = JSON.parse(refreshJson('{"a":"1","b":"1","c":"2"}', kinds, values));
  const { a, b, c } = refreshed as Record<string, string>;
  expect(a).toBe(b);
  expect(c).not.toBe(a);
});

test("both nonces of one answer are the same", () => {
  expect(fresh.header("nonce")).toBe(fresh.header("nonce"));
});
