import fc from "fast-check";
import { expect, test } from "vitest";

import { createFrameReader } from "#platform/websocket-frames/index.ts";
import { encodeCloseFrame } from "#routing/upstream/tunnel-close-frame.ts";

test("a close frame says its code and its reason, masked or not", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1000, max: 4999 }),
      fc.string({ unit: "grapheme" }).filter((text) => Buffer.byteLength(text) <= 123),
      fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }), { nil: undefined }),
      // oxlint-disable-next-line max-params -- one of each arbitrary
      (code, reason, key) => {
        const heard: unknown[] = [];
        const maskingKey = key && Buffer.from(key);
        const reader = createFrameReader({
          sender: maskingKey === undefined ? "server" : "client",
          maxMessageBytes: 0,
          onMessage: () => {},
          onClose: (...close) => heard.push(close),
        });
        reader.push(encodeCloseFrame(code, { maskingKey, reason }));
        expect(heard).toEqual([[code, reason]]);
      },
    ),
  );
});

test("a reason that does not fit into a close frame is refused", () => {
  expect(() => encodeCloseFrame(4001, { reason: "ä".repeat(62) })).toThrow(RangeError);
});
