import { expect, test } from "vitest";

import { toVoiceTables } from "#concerns/tts/voice-tables.ts";
import { toBodyBytes } from "#contracts/recordings/recording.ts";
import { loadTestSuite } from "#support/contract-suite.ts";

const withoutTimes = (text: string): string =>
  text.replaceAll(/("(?:last_updated|test_timestamp)"):"[^"]+"/gu, "$1:0");

test("the tables are the recorded ones, key by key in their order, their times aside", () => {
  const recording = loadTestSuite().recordings.http.find(({ id }) => id === "voice-mapping/happy");
  const { body } = recording?.response ?? {};
  if (body === undefined || body.kind === "omitted") throw new TypeError("It is not recorded");
  expect(withoutTimes(JSON.stringify(toVoiceTables("2026-11-22T21:28:07.560275")))).toBe(
    withoutTimes(JSON.stringify(JSON.parse(toBodyBytes(body).toString("utf8")))),
  );
});
