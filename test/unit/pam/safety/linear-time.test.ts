import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { runSafetyChecks } from "#pam/safety/middleware.ts";
import type { SafetyProfile } from "#pam/safety/profile.ts";
import { redactPersonalData } from "#pam/safety/redact-personal-data.ts";
import { sanitizeText } from "#pam/safety/sanitize/sanitize-text.ts";

const LENGTH = 1_000_000;

/** What the patterns begin with, repeat or wait for: a pattern that backtracks does so on these. */
const ATOMS = [
  ...Array.from("<>&;#/='\"` \n\t\u0001\u0085-_.@+(*A1a"),
  "<b ",
  "</",
  "<!--",
  "<p>",
  "&amp",
  "&#1",
  "&#x",
  "on",
  "onx ",
  "ignore ",
  "show ",
  "you are now ",
  "select ",
  "select a ",
  "union all ",
  "update x ",
  "__",
  "../",
  "$(",
  "${",
  "; ",
  "---",
  "a@a.",
  "1-",
  "+1 ",
  "account ",
  "😀",
] as const;

/** A beginning, then one short unit over and over, up to a megabyte. */
const hostileText = fc
  .tuple(
    fc.array(fc.constantFrom(...ATOMS), { maxLength: 2 }),
    fc.array(fc.constantFrom(...ATOMS), { minLength: 1, maxLength: 3 }),
  )
  .map(([start, unit]) => {
    const text = unit.join("");
    return start.join("") + text.repeat(Math.ceil(LENGTH / text.length));
  });

/**
 * Linear work on a megabyte is done in a fraction of a second. Quadratic work would be 10^12 steps and more: the
 * test's own time-out is the measure.
 */
const TIMEOUT_MS = 120_000;
const RUNS = { numRuns: 25 } as const;

describe.each(["legacy", "strict-words"] satisfies SafetyProfile[])("with %s", (profile) => {
  test(
    "a hostile megabyte is sanitised in linear time",
    () => {
      fc.assert(
        fc.property(hostileText, (text) => {
          expect(["clean", "dangerous"]).toContain(sanitizeText(text, profile).kind);
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  test(
    "a hostile megabyte is checked in linear time",
    () => {
      fc.assert(
        fc.property(hostileText, (text) => {
          expect(runSafetyChecks(text, { profile }).detectionMethod).toBe("regex");
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );
});

test(
  "a hostile megabyte is redacted in linear time",
  () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(redactPersonalData(text)).toBeTypeOf("string");
      }),
      RUNS,
    );
  },
  TIMEOUT_MS,
);
