import { expect, test } from "vitest";
import { z } from "zod";

import { createFrameCensus } from "#cli/serve/create-frame-census.ts";
import type { LegacyExchange } from "#routing/legacy-exchange.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

const route = ROUTE_TABLE.find(({ id }) => id === "ws.socket");

const exchange = {
  request: { headers: { "user-agent": "curl/8" } },
  requestId: "one",
  target: "/api/v1/pam/ws/me?token=t",
  resolution: {
    match: { route, params: {} },
    cohort: { kind: "subject", key: "me", hash: "abc" },
    decision: { side: "legacy", reason: "no-flag", flag: undefined },
    positionOf: () => 1,
  },
  peer: { address: "127.0.0.1", client: "127.0.0.1" },
} as unknown as LegacyExchange;

/** A masked text frame of a client, short enough for a one-byte length (RFC 6455 §5.2). */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  z.number().max(125).parse(payload.length);
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, masked]);
}

function openTap(value: "on" | "absent") {
  const noted: string[] = [];
  const census = createFrameCensus({
    census: {
      noteFrame: (socket, type) =>
        noted.push(`${socket.route?.id} ${type} ${socket.caller.clientLabel()}`),
    },
    flags: { evaluate: () => value },
  });
  return { tap: census.socketTap(exchange), noted };
}

test("frames are told by the type they say they are of, and by who sends them", () => {
  const { tap, noted } = openTap("on");
  tap?.fromClient(frame('{"type":"chat","message":"a secret"}'));
  tap?.fromClient(frame("no json"));
  tap?.ended();
  expect(noted).toEqual(["ws.socket chat curl", "ws.socket (none) curl"]);
});

test("nobody looks at frames without the flag", () => {
  expect(openTap("absent").tap).toBeUndefined();
});
