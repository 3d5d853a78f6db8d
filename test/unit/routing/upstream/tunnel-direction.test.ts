import { PassThrough } from "node:stream";

import { describe, expect, test } from "vitest";

import { FrameCursor } from "#routing/upstream/frame-cursor.ts";
import { Direction } from "#routing/upstream/tunnel-direction.ts";
import { encodeClosePayload, encodeFrame, OPCODE } from "#support/websocket-peer.ts";

const CLOSE = encodeFrame({ opcode: OPCODE.close, payload: encodeClosePayload(1012) });
const HELLO = encodeFrame({ payload: "hello" });

/** A direction to a target that never takes more than a byte. */
function stalledDirection() {
  const from = new PassThrough();
  const to = new PassThrough({ highWaterMark: 1 });
  const seen: number[] = [];
  const direction: Direction = new Direction({
    from,
    to,
    frames: new FrameCursor("server"),
    listen: (take) => void from.on("data", take),
    write: (chunk) => to.write(chunk),
    onChange: () => seen.push(direction.closeCode ?? 0),
  });
  return { from, to, direction, seen };
}

describe("a direction whose target does not take anything", () => {
  test("stops reading its source", () => {
    const { from, direction } = stalledDirection();
    direction.take(HELLO);
    expect(from.isPaused()).toBe(true);
  });

  test("reads on once it is cut, so that it sees the source's own close frame", () => {
    const { from, direction, seen } = stalledDirection();
    direction.take(HELLO);
    direction.cut(CLOSE);
    expect(from.isPaused()).toBe(false);
    direction.take(CLOSE);
    expect(seen).toEqual([1012]);
  });

  test("passes on nothing behind the close frame that cut it", () => {
    const { to, direction } = stalledDirection();
    direction.take(HELLO);
    direction.cut(CLOSE);
    direction.take(HELLO);
    expect(to.read()).toEqual(Buffer.concat([HELLO, CLOSE]));
    expect(direction.bytes).toBe(HELLO.length);
  });
});
