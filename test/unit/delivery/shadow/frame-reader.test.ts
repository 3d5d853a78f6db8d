import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createFrameReader } from "#delivery/shadow/frame-reader.ts";
import {
  encodeClosePayload,
  encodeFrame,
  type FrameInput,
  OPCODE,
} from "#support/websocket-peer.ts";

const KEY = Buffer.from([1, 2, 3, 4]);

/** What a reader makes of the bytes, handed over in the given pieces. */
function read(
  pieces: readonly Buffer[],
  {
    sender = "server",
    maxMessageBytes = 1_000,
  }: Partial<Parameters<typeof createFrameReader>[0]> = {},
): readonly (string | Buffer)[] {
  const seen: (string | Buffer)[] = [];
  const reader = createFrameReader(
    { sender, maxMessageBytes },
    {
      message: (data) => seen.push(data),
      close: (code) => seen.push(`close ${code}`),
      fault: (fault) => seen.push(`fault ${fault}`),
    },
  );
  for (const piece of pieces) reader.push(piece);
  return seen;
}

const frames = (...inputs: readonly FrameInput[]): Buffer => Buffer.concat(inputs.map(encodeFrame));

test("messages come out as they were sent, unmasked, and what passed is not changed", () => {
  const sent = frames({ payload: "hällo", maskingKey: KEY });
  const before = Buffer.from(sent);
  expect(read([sent], { sender: "client" })).toEqual(["hällo"]);
  expect(sent).toEqual(before);
});

test("fragments are put together, with control frames between them left out", () => {
  const sent = frames(
    { payload: "one ", isFinal: false },
    { opcode: OPCODE.ping, payload: "p" },
    { opcode: OPCODE.continuation, payload: "", isFinal: false },
    { opcode: OPCODE.continuation, payload: "two" },
    { opcode: OPCODE.binary, payload: Buffer.from([1, 2]) },
    { payload: "" },
  );
  expect(read([sent])).toEqual(["one two", Buffer.from([1, 2]), ""]);
});

test("the first close frame is told by its code", () => {
  const close = { opcode: OPCODE.close, payload: encodeClosePayload(4001, "no") };
  expect(read([frames(close, close)])).toEqual(["close 4001"]);
  expect(read([frames({ opcode: OPCODE.close })])).toEqual(["close 1005"]);
});

describe("what cannot be read ends the reading", () => {
  test.each([
    ["a compressed message", frames({ payload: "a", isCompressed: true }), "compressed"],
    ["a masked frame of a server", frames({ payload: "a", maskingKey: KEY }), "malformed"],
    ["a reserved opcode", frames({ opcode: 3 }), "malformed"],
    ["a fragment without a beginning", frames({ opcode: OPCODE.continuation }), "malformed"],
    ["a message inside of a message", frames({ isFinal: false }, { payload: "a" }), "malformed"],
    ["a control frame in fragments", frames({ opcode: OPCODE.ping, isFinal: false }), "malformed"],
    ["a message over the bound", frames({ payload: "x".repeat(1_001) }), "too-large"],
    [
      "fragments over the bound",
      frames(
        { payload: "x".repeat(600), isFinal: false },
        { opcode: OPCODE.continuation, payload: "x".repeat(600) },
      ),
      "too-large",
    ],
    [
      "a length that no machine could hold",
      Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      "too-large",
    ],
  ])("%s", (_, bytes, fault) => {
    expect(read([bytes, frames({ payload: "later" })])).toEqual([`fault ${fault}`]);
  });
});

test("nothing depends on where chunks are cut", () => {
  const input = fc.record({
    payload: fc.string({ maxLength: 200 }),
    maskingKey: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((key) => Buffer.from(key)),
  });
  fc.assert(
    fc.property(fc.array(input, { maxLength: 5 }), fc.array(fc.nat(20)), (inputs, cuts) => {
      const whole = frames(...inputs);
      const pieces: Buffer[] = [];
      let at = 0;
      for (const cut of cuts) pieces.push(whole.subarray(at, (at += cut)));
      pieces.push(whole.subarray(at));
      const expected = inputs.map(({ payload }) => Buffer.from(payload).toString("utf8"));
      expect(read(pieces, { sender: "client" })).toEqual(expected);
    }),
  );
});

test("no bytes whatever make it throw", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
      const buffers = chunks.map((chunk) => Buffer.from(chunk));
      expect(() => read(buffers, { sender: "client" })).not.toThrow();
      expect(() => read(buffers)).not.toThrow();
    }),
  );
});
