import { z } from "zod";

import { runEventLoad } from "./event-load.ts";
import { runHttpLoad } from "./http-load.ts";
import { createTokens, REQUEST_KINDS, toRequests } from "./requests.ts";
import { holdSockets, runEchoes, runUpgrades } from "./socket-load.ts";

/*
 * The client side, in a process of its own: it is told what to do and says what it saw. One order at a time.
 */
const socketTarget = { port: z.number() };
const orderSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("http"),
    port: z.number(),
    request: z.enum(REQUEST_KINDS),
    connections: z.number(),
    count: z.number(),
    ratePerSecond: z.number().optional(),
  }),
  z.object({ kind: z.literal("events"), port: z.number(), times: z.number() }),
  z.object({ kind: z.literal("upgrades"), ...socketTarget, count: z.number() }),
  z.object({
    kind: z.literal("echoes"),
    ...socketTarget,
    sockets: z.number(),
    count: z.number(),
    inFlight: z.number(),
  }),
  z.object({ kind: z.literal("hold"), ...socketTarget, count: z.number() }),
  z.object({ kind: z.literal("release") }),
]);
export type Order = z.input<typeof orderSchema>;

const tokens = await createTokens();
const path = `/api/v1/pam/ws/user-0?token=${tokens[0] ?? ""}`;
let release: (() => void) | undefined;

async function carryOut(order: z.output<typeof orderSchema>): Promise<unknown> {
  switch (order.kind) {
    case "http": {
      const { request, port, ratePerSecond, ...load } = order;
      const requests = toRequests(request, port, tokens);
      return runHttpLoad({
        ...load,
        port,
        requests,
        ...(ratePerSecond !== undefined && { ratePerSecond }),
      });
    }
    case "events":
      return runEventLoad(order.port, order.times);
    case "upgrades":
      return runUpgrades({ port: order.port, path }, order.count);
    case "echoes":
      return runEchoes({ port: order.port, path }, order);
    case "hold":
      release = await holdSockets({ port: order.port, path }, order.count);
      return {};
    case "release":
      release?.();
      return {};
  }
}

process.on("message", (message) => {
  void carryOut(orderSchema.parse(message)).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ problem: String(error) }),
  );
});
process.send?.({ ready: true });
