import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request as sendRequest } from "node:http";
import { text } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";

import { describe, expect, test } from "vitest";

import { type CreateUpstream, startLeg } from "./leg.ts";
import { serveHere } from "./serve-here.ts";

const SIZE = 6_000_000;
const AT_ONCE = 3;

const digestOf = (body: Buffer): string => createHash("sha256").update(body).digest("hex");

/** Reads by fits and starts, so that there is always something under way, and answers with what it has read. */
const startSlowDigest = async (): ReturnType<typeof serveHere> =>
  serveHere((request, response) => {
    const hash = createHash("sha256");
    const read = async (): Promise<void> => {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        hash.update(chunk);
        await nextTurn();
      }
      response.end(hash.digest("hex"));
    };
    read().catch(() => response.destroy());
  });

/** The memory of what was passed on is used again: what is under way must not be. */
export function describeLargeBodies(create: CreateUpstream): void {
  describe("large bodies", () => {
    test.each(["known length", "chunks"])("of %s arrive as they were sent", async (framing) => {
      await using slow = await startSlowDigest();
      await using leg = await startLeg(create, { upstream: { origin: slow.origin } });
      const upload = async (): Promise<void> => {
        const body = randomBytes(SIZE);
        const headers = framing === "chunks" ? {} : { "content-length": SIZE };
        const request = sendRequest({
          port: leg.proxy.port,
          agent: false,
          method: "POST",
          headers,
        });
        for (let at = 0; at < SIZE; at += 50_000) request.write(body.subarray(at, at + 50_000));
        request.end();
        const [answer] = (await once(request, "response")) as [IncomingMessage];
        expect(await text(answer)).toBe(digestOf(body));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, upload));
    });

    test("look the same to an onlooker", async () => {
      const hash = createHash("sha256");
      const tap = {
        requestBytes: (chunk: Buffer) => void hash.update(chunk),
        answerHead: () => {},
        answerBytes: () => {},
        ended: () => {},
      };
      await using slow = await startSlowDigest();
      await using leg = await startLeg(create, {
        upstream: { origin: slow.origin },
        plan: { tap },
      });
      const body = randomBytes(SIZE);
      const { port } = leg.proxy;
      const answer = await fetch(`http://127.0.0.1:${port}/p`, { method: "POST", body });
      expect(await answer.text()).toBe(digestOf(body));
      expect(hash.digest("hex")).toBe(digestOf(body));
    });
  });
}
