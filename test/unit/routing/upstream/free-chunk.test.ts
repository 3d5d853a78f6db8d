import { expect, test } from "vitest";

import { freeChunk } from "#routing/upstream/free-chunk.ts";

test("a chunk that has its memory for itself gives it back", () => {
  const chunk = Buffer.alloc(65_536, "x");
  const { buffer } = chunk;
  freeChunk(chunk);
  expect([chunk.length, buffer.byteLength]).toEqual([0, 0]);
});

test("a view into memory that others look at leaves it alone", () => {
  const whole = Buffer.alloc(65_536, "x");
  freeChunk(whole.subarray(0, 32_768));
  freeChunk(whole.subarray(1));
  expect(whole.equals(Buffer.alloc(65_536, "x"))).toBe(true);
});

test("a small chunk is left to the collector", () => {
  const chunk = Buffer.alloc(4095, "x");
  freeChunk(chunk);
  expect(chunk).toHaveLength(4095);
});
