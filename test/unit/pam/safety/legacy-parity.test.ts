import { describe, expect, test } from "vitest";

import { CHECKS, prepareText } from "#pam/safety/checks/index.ts";
import {
  MessageRefused,
  runSafetyChecks,
  validateAndSanitizeMessage,
} from "#pam/safety/middleware.ts";
import { sanitizeText } from "#pam/safety/sanitize/sanitize-text.ts";

import { loadBleachVectors, loadLegacyVectors } from "./vectors/load-vectors.ts";

const { pipeline, layers } = loadLegacyVectors();

interface Outcome {
  readonly stage: string;
  readonly sanitised: string | null;
  readonly reason: string | null;
}

const STAGES = {
  PROMPT_INJECTION: "SECURITY_VIOLATION",
  SUSPICIOUS_MESSAGE: "SUSPICIOUS_CONTENT",
} as const;

/** What becomes of a chat frame's text, in the words of the vectors. */
function outcomeOf(text: string): Outcome {
  let sanitised: string | null;
  try {
    sanitised = validateAndSanitizeMessage({ type: "chat", message: text }).message;
  } catch (error) {
    if (!(error instanceof MessageRefused)) throw error;
    return { stage: "VALIDATION_ERROR", sanitised: null, reason: null };
  }
  if (sanitised === null || sanitised === "") return { stage: "EMPTY", sanitised, reason: null };
  const result = runSafetyChecks(sanitised, {});
  return result.isMalicious
    ? { stage: STAGES[result.event], sanitised, reason: result.reason }
    : { stage: "PASS", sanitised, reason: null };
}

test("the vectors are all there", () => {
  expect(pipeline).toHaveLength(222);
  expect(new Set(pipeline.map(({ stage }) => stage)).size).toBe(5);
});

test.each(pipeline)("the legacy's answer to $text is kept", ({ text, ...expected }) => {
  expect(outcomeOf(text)).toEqual(expected);
});

describe.each(Object.entries(layers))("the category %s", (name, { must_match, must_not_match }) => {
  const check = CHECKS.find((candidate) => candidate.name === name.replaceAll("_", "-"));
  const find = (text: string): string | undefined => check?.find(prepareText(text, "legacy"));

  test.each(must_match)("refuses $text", ({ text, pipeline: stage, reason }) => {
    expect(outcomeOf(text)).toMatchObject({ stage, reason });
    expect(find(text)).toBe(reason);
  });

  test.each(must_not_match)("passes $text", ({ text, pipeline: stage, reason }) => {
    expect(outcomeOf(text)).toMatchObject({ stage, reason });
    expect(find(text)).toBeUndefined();
  });
});

test.each(loadBleachVectors().cases)("%j is cleaned as Bleach cleans it", (text, expected) => {
  const sanitized = sanitizeText(text, "legacy");
  expect(sanitized).toEqual(
    expected === null ? { kind: "dangerous" } : { kind: "clean", text: expected },
  );
});
