import { describe, expect, test } from "vitest";

import { ADDED_LINES, type CreateUpstream, startLeg } from "./leg.ts";

const HEAD = "POST /p HTTP/1.1\r\nHost: a\r\nexpect: 100-Continue\r\nContent-Length: 4\r\n";

/** A body that waits for leave (RFC 9110 §10.1.1). */
export function describeExpectation(create: CreateUpstream): void {
  describe("expectation of 100", () => {
    test("the client gets a 100 when the upstream gives one, and not before", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(`${HEAD}\r\n`);
      const upstream = await leg.legacy.accept();
      expect(await upstream.until((text) => text.endsWith("\r\n\r\n"))).toBe(
        `${HEAD}${ADDED_LINES}\r\n`,
      );
      expect(client.received).toBe(0);
      upstream.write("HTTP/1.1 100 Continue\r\n\r\n");
      expect((await client.read({ isBodiless: true })).startLine).toBe("HTTP/1.1 100 Continue");
      client.write("body");
      expect((await upstream.read()).body).toBe("body");
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      const answer = await client.read();
      expect(answer.body).toBe("ok");
      expect(answer.head).not.toContain("Connection");
    });

    test("a final answer instead of the 100 is passed on without the body", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(`${HEAD}\r\n`);
      const upstream = await leg.legacy.accept();
      await upstream.until((text) => text.endsWith("\r\n\r\n"));
      upstream.write("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");
      const answer = await client.read();
      expect(answer.startLine).toBe("HTTP/1.1 413 Too Large");
      expect(answer.body).toBe("big");
      // Nobody knows whether the body still comes: the connection must not serve another request.
      expect(answer.head).toContain("\r\nConnection: close\r\n");
      expect(await client.left).toBe("end");
      expect(await leg.proxy.outcome()).toMatchObject({
        kind: "answered",
        status: 413,
        bytesIn: 0,
      });
    });

    test("a body that does not wait is passed on all the same", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(`${HEAD}\r\nbody`);
      const upstream = await leg.legacy.accept();
      expect((await upstream.read()).body).toBe("body");
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      expect((await client.read()).startLine).toBe("HTTP/1.1 200 OK");
    });

    test("an upstream that gives no leave is a silent one", async () => {
      await using leg = await startLeg(create, {
        plan: { timeouts: { connectMs: 5000, firstByteMs: 40 } },
      });
      const client = await leg.proxy.connect();
      client.write(`${HEAD}\r\n`);
      expect((await client.read()).startLine).toBe("HTTP/1.1 504 Gateway Timeout");
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "failed", code: "UPSTREAM_TIMEOUT" });
    });
  });
}
