import { expect, test } from "vitest";

import { DEFAULT_VOICE_ID, findVoice, resolveVoice, VOICES } from "#pam/speech/index.ts";

test.each([
  ["a voice of PAM's by its own id", "pam_male_calm", "pam_male_calm"],
  [
    "an engine's voice by the first of PAM's that has it",
    "en-US-JennyNeural",
    "pam_female_professional",
  ],
  ["the same for another engine", "p225", "pam_female_friendly"],
])("finds %s", (_, id, found) => {
  expect(findVoice(id)?.id).toBe(found);
});

test("knows nothing of an id that is in no table", () => {
  expect(findVoice("en-US-NobodyNeural")).toBeUndefined();
  expect(findVoice("")).toBeUndefined();
});

test("speaks with PAM's default where the id is unknown", () => {
  expect(resolveVoice("en-US-NobodyNeural").id).toBe("pam_default");
});

test("speaks with the voice that the legacy is configured with unless told otherwise", () => {
  expect(resolveVoice(DEFAULT_VOICE_ID).id).toBe("pam_female_friendly");
});

test("every voice has an id of its own, and a voice at Edge's", () => {
  expect(new Set(VOICES.map(({ id }) => id)).size).toBe(VOICES.length);
  expect(VOICES.filter(({ engines }) => engines.edge === undefined)).toEqual([]);
});
