import { gzipSync } from "node:zlib";

import fc from "fast-check";
import { expect, test } from "vitest";

import { MAX_TEXT_BYTES, packText, unpackText } from "#pam/response-cache/pack-text.ts";

test("what was packed is the same text again", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(300), (text, times) => {
      // A character of a JSON string takes six bytes at the most.
      const long = JSON.stringify(text.repeat(times).slice(0, MAX_TEXT_BYTES / 6 - 1));
      expect(unpackText(packText(long))).toBe(long);
    }),
  );
});

test("a long text takes fewer bytes, a short one is kept as it is", () => {
  expect(packText(JSON.stringify("day ".repeat(1_000))).length).toBeLessThan(1_000);
  expect(packText('"short"')).toBe('"short"');
});

test("a damaged text and a bomb are no text", () => {
  const packed = packText(JSON.stringify("day ".repeat(1_000)));
  expect(unpackText(packed.slice(0, 20))).toBeUndefined();
  expect(unpackText(gzipSync(Buffer.alloc(MAX_TEXT_BYTES + 1)).toString("base64"))).toBeUndefined();
});
