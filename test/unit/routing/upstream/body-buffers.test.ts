import { expect, test } from "vitest";

import { BodyBuffers, type BodyPiece } from "#routing/upstream/body-buffers.ts";

const SIZE = 65_536;
const viewOf = (byte: number, size = SIZE): Buffer => Buffer.alloc(size, byte);
const bytesOf = ({ chunk }: BodyPiece): Buffer =>
  typeof chunk === "string" ? Buffer.from(chunk, "latin1") : chunk;
const memoryOf = ({ chunk }: BodyPiece): unknown =>
  typeof chunk === "string" ? undefined : chunk.buffer;

test("a piece holds what was read, whatever is read next", () => {
  const buffers = new BodyBuffers();
  for (const size of [1, 16_383, 16_384, SIZE]) {
    const view = viewOf(0xff, size);
    const piece = buffers.copy(view);
    view.fill(2);
    expect(bytesOf(piece).equals(viewOf(0xff, size))).toBe(true);
  }
});

test("a piece keeps its bytes until it is released, and its memory is used again then", () => {
  const buffers = new BodyBuffers();
  const first = buffers.copy(viewOf(1));
  const second = buffers.copy(viewOf(2));
  expect(bytesOf(first).equals(viewOf(1))).toBe(true);
  expect(bytesOf(second).equals(viewOf(2))).toBe(true);
  first.release?.();
  expect(memoryOf(buffers.copy(viewOf(3)))).toBe(memoryOf(first));
  expect(bytesOf(second).equals(viewOf(2))).toBe(true);
});

test("a burst does not keep its memory for ever", () => {
  const buffers = new BodyBuffers();
  const pieces = Array.from({ length: 100 }, (_, index) => buffers.copy(viewOf(index)));
  const memory = new Set(pieces.map(memoryOf));
  for (const { release } of pieces) release?.();
  const again = Array.from({ length: 100 }, () => memoryOf(buffers.copy(viewOf(0))));
  expect(again.filter((buffer) => memory.has(buffer))).toHaveLength(32);
});
