import { once } from "node:events";
import { Duplex } from "node:stream";
import { deflateRawSync } from "node:zlib";

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PerMessageDeflate, Sender } from "ws";

import { createMemoryBudget, type MemoryBudget } from "#platform/memory-budget.ts";
import {
  createFrameReader,
  type FrameMessage,
  type FrameReader,
  type FrameSender,
  type UnreadReason,
} from "#platform/websocket-frames/index.ts";
import { encodeClosePayload, encodeFrame, OPCODE } from "#support/websocket-peer.ts";

interface Said {
  readonly messages: readonly FrameMessage[];
  readonly closes: readonly (readonly [number, string])[];
  readonly unread: readonly UnreadReason[];
}

function read(sender: FrameSender, chunks: Iterable<Buffer>, maxMessageBytes = 1_000_000): Said {
  const messages: FrameMessage[] = [];
  const closes: [number, string][] = [];
  const unread: UnreadReason[] = [];
  const reader = createFrameReader({
    sender,
    maxMessageBytes,
    onMessage: (message) =>
      messages.push(
        message.kind === "text" ? message : { kind: "binary", bytes: Buffer.from(message.bytes) },
      ),
    onClose: (code, reason) => closes.push([code, reason]),
    onUnread: (reason) => unread.push(reason),
  });
  for (const chunk of chunks) reader.push(chunk);
  return { messages, closes, unread };
}

interface Spoken {
  readonly text: string;
  readonly isBinary: boolean;
  readonly isCompressed: boolean;
  /** A message of several fragments. */
  readonly more: readonly string[];
  readonly hasPing: boolean;
}

const spoken: fc.Arbitrary<Spoken> = fc.record({
  text: fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 200 }),
    fc.nat({ max: 70_000 }).map((length) => "banyan ".repeat(length / 7)),
  ),
  isBinary: fc.boolean(),
  isCompressed: fc.boolean(),
  more: fc.array(fc.string({ unit: "grapheme", maxLength: 50 }), { maxLength: 3 }),
  hasPing: fc.boolean(),
});

/** The bytes that the library sends for these messages and a close. */
async function encode(
  sender: FrameSender,
  said: readonly Spoken[],
  close: { readonly code: number; readonly reason: string },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const wire = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  const deflate = new PerMessageDeflate({ threshold: 0 });
  deflate.accept([{}]);
  const library = new Sender(wire, { "permessage-deflate": deflate });
  const mask = sender === "client";
  for (const { text, isBinary, isCompressed, more, hasPing } of said) {
    for (const [index, part] of [text, ...more].entries()) {
      library.send(
        Buffer.from(part),
        { fin: index === more.length, binary: isBinary, compress: isCompressed, mask },
        () => {},
      );
      if (hasPing) library.ping(Buffer.from("p"), mask, () => {});
    }
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  library.close(close.code, Buffer.from(close.reason), mask, () => resolve());
  await promise;
  wire.end();
  await once(wire, "finish");
  deflate.cleanup();
  return Buffer.concat(chunks);
}

/** Cuts bytes at the given places, each a share of the whole. */
function cutUp(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const ends = [...shares.map((share) => Math.floor(share * bytes.length)), bytes.length];
  ends.sort((left, right) => left - right);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

const senders = fc.constantFrom<FrameSender>("client", "server");
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });
const closes = fc.record({
  code: fc.constantFrom(1000, 1001, 1012, 4001),
  reason: fc.string({ maxLength: 40 }).filter((text) => Buffer.byteLength(text) <= 123),
});

test("what the library sends is read as it was said, however it is cut, masked, fragmented or compressed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ sender: senders, said: fc.array(spoken, { maxLength: 8 }), close: closes }),
      cuts,
      async ({ sender, said, close }, shares) => {
        const bytes = await encode(sender, said, close);
        const before = Buffer.from(bytes);

        const { messages, closes: heard, unread } = read(sender, cutUp(bytes, shares));

        const expected = said.map(({ text, more, isBinary }) => {
          const whole = [text, ...more].join("");
          return isBinary
            ? { kind: "binary", bytes: Buffer.from(whole) }
            : { kind: "text", text: whole };
        });
        expect(messages).toEqual(expected);
        expect(heard).toEqual([[close.code, close.reason]]);
        expect(unread).toEqual([]);
        expect(bytes.equals(before)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

const compressed = (text: string): Buffer =>
  encodeFrame({ payload: deflateRawSync(Buffer.from(text)), isCompressed: true });

const openWithin = (budget: MemoryBudget, said: string[] = []): FrameReader =>
  createFrameReader({
    sender: "server",
    maxMessageBytes: 1_000,
    budget,
    onMessage: (message) => said.push(message.kind === "text" ? message.text : "binary"),
    onUnread: (reason) => said.push(reason),
  });

describe("the room that readers share", () => {
  test("is taken by what is under way, and given back with its end", () => {
    const said: string[] = [];
    const budget = createMemoryBudget(1_000);
    const first = openWithin(budget);
    const second = openWithin(budget, said);
    first.push(encodeFrame({ payload: "x".repeat(600), isFinal: false }));
    second.push(encodeFrame({ payload: "y".repeat(600) }));
    first.close();
    second.push(encodeFrame({ payload: "z".repeat(600) }));
    expect(said).toEqual(["too-large", "z".repeat(600)]);
    expect(budget.take(1_000)).toBe(true);
  });

  test("is taken by what compressed messages may refer back to, until the reader is closed", () => {
    const budget = createMemoryBudget(1_000);
    const reader = openWithin(budget);
    reader.push(compressed("x".repeat(600)));
    expect(budget.take(600)).toBe(false);
    reader.close();
    expect(budget.take(1_000)).toBe(true);
  });

  test("is all there again after any bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
        const budget = createMemoryBudget(500);
        const reader = openWithin(budget);
        for (const chunk of chunks) reader.push(Buffer.from(chunk));
        reader.close();
        expect(budget.take(500)).toBe(true);
      }),
    );
  });
});

test("any bytes in any pieces are survived, and held to the bound", () => {
  fc.assert(
    fc.property(
      senders,
      fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }),
      (sender, chunks) => {
        const { messages } = read(
          sender,
          chunks.map((chunk) => Buffer.from(chunk)),
          64,
        );
        for (const message of messages) {
          const bytes = message.kind === "text" ? Buffer.from(message.text) : message.bytes;
          expect(bytes.length).toBeLessThanOrEqual(64);
        }
      },
    ),
  );
});

describe("a message that is too large", () => {
  const hello = encodeFrame({ payload: "hello" });

  test("is skipped, and the next one is read", () => {
    const large = encodeFrame({ payload: "x".repeat(65) });
    const { messages, unread } = read("server", [large, hello], 64);
    expect(unread).toEqual(["too-large"]);
    expect(messages).toEqual([{ kind: "text", text: "hello" }]);
  });

  test("counts by all its fragments together", () => {
    const part = { payload: "x".repeat(40), isFinal: false };
    const frames = [
      encodeFrame(part),
      encodeFrame({ ...part, opcode: OPCODE.continuation, isFinal: true }),
    ];
    expect(read("server", [...frames, hello], 64)).toMatchObject({
      messages: [{ text: "hello" }],
      unread: ["too-large"],
    });
  });

  test("counts by what it is when it is decompressed", () => {
    const bomb = deflateRawSync(Buffer.alloc(10_000_000));
    const frames = [encodeFrame({ payload: bomb, isCompressed: true }), hello];
    expect(read("server", frames, 100_000)).toMatchObject({
      messages: [{ text: "hello" }],
      unread: ["too-large"],
    });
  });

  test("hides those that may refer back to it", () => {
    const large = encodeFrame({ payload: Buffer.alloc(65), isCompressed: true });
    expect(read("server", [large, compressed("later"), hello], 64)).toMatchObject({
      messages: [{ text: "hello" }],
      unread: ["too-large", "compressed"],
    });
  });
});

test.each<readonly [string, Buffer]>([
  ["a continuation of nothing", encodeFrame({ opcode: OPCODE.continuation })],
  [
    "a message inside another",
    Buffer.concat([encodeFrame({ isFinal: false }), encodeFrame({ payload: "b" })]),
  ],
  [
    "a continuation that claims to be compressed",
    Buffer.concat([
      encodeFrame({ isFinal: false }),
      encodeFrame({ opcode: OPCODE.continuation, isCompressed: true }),
    ]),
  ],
  ["text that is no UTF-8", encodeFrame({ payload: Buffer.from([0xc3, 0x28]) })],
  ["a masked frame of a server", encodeFrame({ maskingKey: Buffer.alloc(4) })],
  ["a reserved opcode", encodeFrame({ opcode: 3 })],
  ["a control frame in fragments", encodeFrame({ opcode: OPCODE.ping, isFinal: false })],
  ["a compressed control frame", encodeFrame({ opcode: OPCODE.ping, isCompressed: true })],
  [
    "a length that no number holds exactly",
    Buffer.from([0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
  ],
  ["no frame at all", Buffer.from("HTTP/1.1 200 OK\r\n\r\n")],
])("nothing is read behind %s", (_, bytes) => {
  expect(read("server", [bytes, encodeFrame({ payload: "later" })])).toEqual({
    messages: [],
    closes: [],
    unread: ["unlawful"],
  });
});

test("a compressed message that is no deflated text is not read, nor are those that may refer to it", () => {
  const broken = encodeFrame({ payload: Buffer.from([0xff, 0xff, 0xff]), isCompressed: true });
  const sent = [broken, compressed("later"), encodeFrame({ payload: "hello" })];
  expect(read("server", sent)).toMatchObject({
    messages: [{ text: "hello" }],
    unread: ["compressed", "compressed"],
  });
});

test("nothing is read behind a close frame", () => {
  const close = encodeFrame({ opcode: OPCODE.close, payload: encodeClosePayload(4001, "no") });
  expect(read("server", [close, encodeFrame({ payload: "later" })])).toEqual({
    messages: [],
    closes: [[4001, "no"]],
    unread: [],
  });
});

test("a close frame without a code has the code for none", () => {
  expect(read("server", [encodeFrame({ opcode: OPCODE.close })]).closes).toEqual([[1005, ""]]);
});
