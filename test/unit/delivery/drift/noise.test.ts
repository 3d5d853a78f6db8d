import fc from "fast-check";
import { expect, test } from "vitest";

import { DEFAULT_NOISE_THRESHOLDS } from "#delivery/drift/index.ts";
import { judgeNoise } from "#delivery/drift/noise.ts";

const thresholds = DEFAULT_NOISE_THRESHOLDS;
const judge = (raw: number, noise: number, [compared, baselines] = [100, 100]): string =>
  judgeNoise({ raw, noise, compared: compared ?? 0, baselines: baselines ?? 0 }, thresholds);

test.each([
  ["a field that differs against native alone", 10, 0, "drift"],
  ["a field that differs as often against legacy itself", 50, 50, "noise"],
  ["a field that differs more often against legacy itself", 10, 50, "noise"],
  ["a field that differs a little more often than by itself", 55, 50, "noise"],
  ["a field that differs much more often than by itself", 90, 30, "drift"],
  ["a field that never differed against native", 0, 5, "noise"],
])("%s is judged", (...[, raw, noise, verdict]) => {
  expect(judge(raw, noise)).toBe(verdict);
});

test("a difference in hardly any answer is below the absolute threshold", () => {
  expect(judge(1, 0, [10_000, 10_000])).toBe("noise");
  expect(judge(4, 0, [10_000, 10_000])).toBe("drift");
});

test("with few answers nothing is decided, but where legacy is never asked again", () => {
  expect(judge(5, 0, [19, 100])).toBe("undetermined");
  expect(judge(5, 0, [100, 19])).toBe("undetermined");
  expect(judge(1, 0, [1, 0])).toBe("drift");
});

test("legacy may be asked again for a part of the requests only", () => {
  expect(judge(500, 25, [1_000, 50])).toBe("noise");
  expect(judge(500, 5, [1_000, 50])).toBe("drift");
});

test("one more difference against native never turns drift into noise", () => {
  const count = fc.integer({ min: 0, max: 200 });
  fc.assert(
    fc.property(count, count, (raw, noise) => {
      fc.pre(judge(raw, noise, [201, 200]) === "drift");
      expect(judge(raw + 1, noise, [201, 200])).toBe("drift");
    }),
  );
});
