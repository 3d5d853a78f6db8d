import { Agent, type IncomingMessage, request as sendRequest } from "node:http";
import { buffer } from "node:stream/consumers";

import { describe, expect, test } from "vitest";

import { type CreateUpstream, startLeg } from "./leg.ts";
import { serveHere } from "./serve-here.ts";

const CLIENTS = 16;
const REQUESTS_PER_CLIENT = 25;

/** A body that is no other request's. */
const toBody = (client: number, turn: number): Buffer =>
  Buffer.from(`${client}/${turn};`.repeat(1 + ((client * 7919 + turn * 104_729) % 12_000)));

/** Gives back what it was sent, in pieces. */
const startEcho = async (): ReturnType<typeof serveHere> =>
  serveHere((request, response) => {
    request.pipe(response);
  });

/** Many at once, of every framing, some of them broken off. */
export function describeCrossWiring(create: CreateUpstream): void {
  describe("many clients at once", () => {
    test("each gets its own answer, whole, while others break off", async () => {
      await using echo = await startEcho();
      await using leg = await startLeg(create, { upstream: { origin: echo.origin } });
      const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

      const exchange = async (client: number, turn: number): Promise<void> => {
        const body = toBody(client, turn);
        const isChunked = turn % 2 === 0;
        const request = sendRequest({
          port: leg.proxy.port,
          agent,
          method: "POST",
          headers: isChunked ? {} : { "content-length": body.length },
        });
        if ((client + turn) % 10 === 0) {
          const { promise: end, resolve } = Promise.withResolvers<void>();
          request.on("error", () => {}).on("close", resolve);
          request.write(body.subarray(0, body.length / 2), () => request.destroy());
          await end;
          return;
        }
        request.write(body.subarray(0, 10));
        request.end(body.subarray(10));
        const { promise: answer, resolve, reject } = Promise.withResolvers<IncomingMessage>();
        request.on("response", resolve).on("error", reject);
        expect((await buffer(await answer)).equals(body)).toBe(true);
      };

      await Promise.all(
        Array.from({ length: CLIENTS }, async (_, client) => {
          for (let turn = 0; turn < REQUESTS_PER_CLIENT; turn += 1) {
            // oxlint-disable-next-line no-await-in-loop -- a client asks one thing after the other
            await exchange(client, turn);
          }
        }),
      );
      agent.destroy();
      const total = CLIENTS * REQUESTS_PER_CLIENT;
      expect(leg.proxy.outcomes.filter(({ kind }) => kind === "answered").length).toBeGreaterThan(
        total / 2,
      );
      expect(leg.proxy.outcomes.filter(({ kind }) => kind === "failed" || kind === "cut")).toEqual(
        [],
      );
    });
  });
}
