import fc from "fast-check";
import { expect, test } from "vitest";

import { EMPTY_DOCUMENT, type FlagsDocument } from "#platform/flags/flags-document.ts";
import { setFlag } from "#platform/flags/flags-file.ts";
import { parseFlagsDocument } from "#platform/flags/parse-flags.ts";

const rollout = (percent: string) => ({
  name: "flexibleRollout",
  parameters: { rollout: percent, stickiness: "userId", groupId: "pam" },
  constraints: [],
});
const document: FlagsDocument = {
  version: 2,
  features: [
    { name: "pam.chat", enabled: false, strategies: [{ name: "default" }], description: "kept" },
    { name: "pam.ws", enabled: true, strategies: [] },
  ],
  meta: { revisionId: 7 },
};

test("a flag that is not there is added at the end, complete", () => {
  expect(setFlag(EMPTY_DOCUMENT, "pam.tts", 30).features).toEqual([
    {
      name: "pam.tts",
      type: "release",
      project: "default",
      enabled: true,
      stale: false,
      strategies: [rollout("30")],
      variants: [],
    },
  ]);
});

test("`on` is a rollout to everybody in place of the strategies", () => {
  expect(setFlag(document, "pam.chat", "on").features[0]).toEqual({
    name: "pam.chat",
    enabled: true,
    strategies: [rollout("100")],
    description: "kept",
  });
});

test("`off` disables a flag and keeps its strategies", () => {
  expect(setFlag(document, "pam.chat", "off").features[0]).toEqual(document.features[0]);
  expect(setFlag(EMPTY_DOCUMENT, "pam.tts", "off").features[0]).toMatchObject({ enabled: false });
});

test("the other flags, their order and unknown keys stay, and the document given is not touched", () => {
  const before = structuredClone(document);
  const after = setFlag(document, "pam.chat", 5);
  expect(document).toEqual(before);
  expect(after).toMatchObject({ version: 2, meta: { revisionId: 7 } });
  expect(after.features.map(({ name }) => name)).toEqual(["pam.chat", "pam.ws"]);
  expect(after.features[1]).toBe(document.features[1]);
});

test.each([-1, 101, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
  "a share of %d per cent is refused",
  (percent) => {
    expect(() => setFlag(document, "pam.chat", percent)).toThrow(RangeError);
  },
);

test("what is set can always be read back from a file", () => {
  const setting = fc.oneof(
    fc.constantFrom("on" as const, "off" as const),
    fc.integer({ min: 0, max: 100 }),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), setting, (name, value) => {
      const written = setFlag(document, name, value);
      expect(parseFlagsDocument(JSON.stringify(written))).toEqual(written);
    }),
  );
});
