import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { FrameCursor, NO_STATUS_RECEIVED } from "#routing/upstream/frame-cursor.ts";
import {
  encodeClosePayload,
  encodeFrame,
  type FrameInput,
  OPCODE,
} from "#support/websocket-peer.ts";

type Sender = ConstructorParameters<typeof FrameCursor>[0];

const senders = fc.constantFrom<Sender>("client", "server");

/** Lengths at which the form of the length field changes, and any small one. */
const payloads = fc
  .oneof(fc.nat({ max: 300 }), fc.constantFrom(0, 1, 2, 125, 126, 127, 65_535, 65_536, 70_000))
  .map((length) => Buffer.alloc(length, 0x88));

const dataFrames: fc.Arbitrary<FrameInput> = fc.record({
  opcode: fc.constantFrom(OPCODE.continuation, OPCODE.text, OPCODE.binary),
  payload: payloads,
  isFinal: fc.boolean(),
  isCompressed: fc.boolean(),
});
const controlFrames: fc.Arbitrary<FrameInput> = fc.record({
  opcode: fc.constantFrom(OPCODE.ping, OPCODE.pong),
  payload: fc.uint8Array({ maxLength: 125 }).map((bytes) => Buffer.from(bytes)),
});
const maskingKeys = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((key) => Buffer.from(key));

/** A direction's frames as they stand on the wire. */
const wires = senders.chain((sender) =>
  fc.record({
    sender: fc.constant(sender),
    frames: fc.array(
      fc
        .tuple(fc.oneof(dataFrames, controlFrames), maskingKeys)
        .map(([frame, key]) =>
          encodeFrame({ ...frame, maskingKey: sender === "client" ? key : undefined }),
        ),
      { maxLength: 12 },
    ),
  }),
);

/** Cuts bytes at the given places, each a share of the whole. */
function cutUp(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const ends = [...shares.map((share) => Math.floor(share * bytes.length)), bytes.length];
  ends.sort((left, right) => left - right);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });

function toBoundaries(frames: readonly Buffer[]): number[] {
  let at = 0;
  return [0, ...frames.map((frame) => (at += frame.length))];
}

const closeFrame = (sender: Sender, payload: Buffer): Buffer =>
  encodeFrame({
    opcode: OPCODE.close,
    payload,
    maskingKey: sender === "client" ? Buffer.from([1, 2, 3, 4]) : undefined,
  });

describe("a frame cursor", () => {
  test("stands between frames exactly where one frame ends and the next begins", () => {
    fc.assert(
      fc.property(wires, cuts, ({ sender, frames }, shares) => {
        const boundaries = new Set(toBoundaries(frames));
        const cursor = new FrameCursor(sender);
        let at = 0;
        for (const chunk of cutUp(Buffer.concat(frames), shares)) {
          cursor.push(chunk);
          at += chunk.length;
          expect(cursor.isBetweenFrames).toBe(boundaries.has(at));
        }
        expect(cursor.isLost).toBe(false);
        expect(cursor.closeCode).toBeUndefined();
      }),
    );
  });

  test("comes to the same end by single bytes as by one chunk", () => {
    fc.assert(
      fc.property(senders, fc.array(controlFrames, { maxLength: 4 }), (sender, inputs) => {
        const maskingKey = sender === "client" ? Buffer.from([9, 8, 7, 6]) : undefined;
        const frames = inputs.map((input) => encodeFrame({ ...input, maskingKey }));
        const boundaries = new Set(toBoundaries(frames));
        const cursor = new FrameCursor(sender);
        for (const [index, byte] of Buffer.concat(frames).entries()) {
          cursor.push(Buffer.from([byte]));
          expect(cursor.isBetweenFrames).toBe(boundaries.has(index + 1));
        }
      }),
    );
  });

  test("walks no further than the end of the frame under way when it is asked to stop there", () => {
    fc.assert(
      fc.property(
        wires,
        fc.double({ min: 0, max: 1, noNaN: true }),
        cuts,
        ({ sender, frames }, share, shares) => {
          const bytes = Buffer.concat(frames);
          const start = Math.floor(share * bytes.length);
          const cursor = new FrameCursor(sender);
          cursor.push(bytes.subarray(0, start));

          let at = start;
          for (const chunk of cutUp(bytes.subarray(start), shares)) {
            at += cursor.pushToBoundary(chunk);
          }

          expect(at).toBe(toBoundaries(frames).find((boundary) => boundary >= start));
          expect(cursor.isBetweenFrames).toBe(true);
        },
      ),
    );
  });

  test("reads the code of a close frame, masked or not, wherever it is cut", () => {
    fc.assert(
      fc.property(
        wires,
        cuts,
        fc.record({
          code: fc.integer({ min: 1000, max: 4999 }),
          reason: fc.string({ maxLength: 40 }).filter((text) => Buffer.byteLength(text) <= 123),
        }),
        ({ sender, frames }, shares, { code, reason }) => {
          const cursor = new FrameCursor(sender);
          const close = closeFrame(sender, encodeClosePayload(code, reason));
          for (const chunk of cutUp(Buffer.concat([...frames, close]), shares)) cursor.push(chunk);
          expect(cursor.closeCode).toBe(code);
          expect(cursor.isBetweenFrames).toBe(true);
        },
      ),
    );
  });

  test.each<Sender>(["client", "server"])(
    "knows a close frame of a %s without a code",
    (sender) => {
      const cursor = new FrameCursor(sender);
      cursor.push(closeFrame(sender, Buffer.alloc(0)));
      expect(cursor.closeCode).toBe(NO_STATUS_RECEIVED);
      expect(cursor.isBetweenFrames).toBe(true);
    },
  );

  test("keeps the code of the first close frame", () => {
    const cursor = new FrameCursor("server");
    cursor.push(closeFrame("server", encodeClosePayload(4001)));
    cursor.push(closeFrame("server", encodeClosePayload(1000)));
    expect(cursor.closeCode).toBe(4001);
  });

  test.each([
    ["a reserved opcode", [0x83, 0x00]],
    ["a reserved control opcode", [0x8b, 0x00]],
    ["a reserved bit", [0xa1, 0x00]],
    ["a compressed control frame", [0xc9, 0x00]],
    ["a fragmented control frame", [0x09, 0x00]],
    ["a control frame over 125 bytes", [0x89, 0x7e, 0x00, 0x80]],
    ["a mask on a server's frame", [0x81, 0x80, 0, 0, 0, 0]],
    ["a length of more than 2^53", [0x82, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ["text that is no frame", [...Buffer.from("HTTP/1.1 200 OK\r\n\r\n")]],
  ])("is lost after %s, and stays lost", (_, bytes) => {
    const cursor = new FrameCursor("server");
    cursor.push(Buffer.from(bytes));
    expect(cursor.isLost).toBe(true);
    const lawful = encodeFrame({ payload: "hello" });
    expect(cursor.pushToBoundary(lawful)).toBe(lawful.length);
    cursor.push(closeFrame("server", encodeClosePayload(1000)));
    expect(cursor).toMatchObject({ isLost: true, isBetweenFrames: false, closeCode: undefined });
  });

  test("is lost after a client's frame without a mask", () => {
    const cursor = new FrameCursor("client");
    cursor.push(encodeFrame({ payload: "hello" }));
    expect(cursor.isLost).toBe(true);
  });

  test("survives any bytes in any pieces", () => {
    fc.assert(
      fc.property(
        senders,
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 64 }), fc.boolean()), { maxLength: 20 }),
        (sender, chunks) => {
          const cursor = new FrameCursor(sender);
          for (const [bytes, stops] of chunks) {
            const wasLost = cursor.isLost;
            const chunk = Buffer.from(bytes);
            const walked = stops ? cursor.pushToBoundary(chunk) : chunk.length;
            if (!stops) cursor.push(chunk);
            expect(walked).toBeLessThanOrEqual(chunk.length);
            expect(cursor.isLost && cursor.isBetweenFrames).toBe(false);
            expect(!wasLost || cursor.isLost).toBe(true);
          }
        },
      ),
    );
  });
});
