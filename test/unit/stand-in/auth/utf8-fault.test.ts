import { isUtf8 } from "node:buffer";

import { assert, property, uint8Array } from "fast-check";
import { expect, test } from "vitest";

import { findUtf8Fault } from "#stand-in/auth/utf8-fault.ts";

test.each([
  [[0x61, 0x80], "'utf-8' codec can't decode byte 0x80 in position 1: invalid start byte"],
  [[0xc3, 0x28], "'utf-8' codec can't decode byte 0xc3 in position 0: invalid continuation byte"],
  [[0xe2, 0x82], "'utf-8' codec can't decode byte 0xe2 in position 0: unexpected end of data"],
  [
    [0xed, 0xa0, 0x80],
    "'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte",
  ],
])("%j", (bytes, message) => {
  expect(findUtf8Fault(Buffer.from(bytes))).toBe(message);
});

test("finds a fault exactly where there is one", () => {
  assert(
    property(uint8Array({ maxLength: 8 }), (bytes) => {
      expect(findUtf8Fault(Buffer.from(bytes)) === undefined).toBe(isUtf8(bytes));
    }),
    { numRuns: 2000 },
  );
});
