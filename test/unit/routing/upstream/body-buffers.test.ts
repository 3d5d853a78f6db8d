import { expect, test } from "vitest";

import { BodyBuffers } from "#routing/upstream/body-buffers.ts";

const SIZE = 65_536;
const viewOf = (byte: number, size = SIZE): Buffer => Buffer.alloc(size, byte);

test("a piece holds what was read, whatever is read next", () => {
  const buffers = new BodyBuffers(SIZE);
  for (const size of [1, 16_383, 16_384, SIZE]) {
    const view = viewOf(1, size);
    const { chunk } = buffers.copy(view);
    view.fill(2);
    expect(chunk.equals(viewOf(1, size))).toBe(true);
  }
});

test("a piece keeps its bytes until it is released, and its memory is used again then", () => {
  const buffers = new BodyBuffers(SIZE);
  const first = buffers.copy(viewOf(1));
  const second = buffers.copy(viewOf(2));
  expect(first.chunk.equals(viewOf(1))).toBe(true);
  expect(second.chunk.equals(viewOf(2))).toBe(true);
  first.release?.();
  expect(buffers.copy(viewOf(3)).chunk.buffer).toBe(first.chunk.buffer);
  expect(second.chunk.equals(viewOf(2))).toBe(true);
});

test("a burst does not keep its memory for ever", () => {
  const buffers = new BodyBuffers(SIZE);
  const pieces = Array.from({ length: 100 }, (_, index) => buffers.copy(viewOf(index)));
  const memory = new Set(pieces.map(({ chunk }) => chunk.buffer));
  for (const { release } of pieces) release?.();
  const again = Array.from({ length: 100 }, () => buffers.copy(viewOf(0)).chunk.buffer);
  expect(again.filter((buffer) => memory.has(buffer))).toHaveLength(32);
});
