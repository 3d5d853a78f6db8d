import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { describe, expect, test } from "vitest";

import { systemClock } from "#platform/clock.ts";
import { openWire, startRawServer, type Wire } from "#support/raw-http.ts";

import { type CreateUpstream, startLeg, toChunk, writeUntilFull } from "./leg.ts";

const GET = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";

const end = ({ socket }: Wire): unknown => socket.end();
const reset = (wire: Wire): void => wire.reset();

/** One side leaves while the other is still at it. */
export function describeInterruptions(create: CreateUpstream): void {
  describe("an upstream lost in mid-answer", () => {
    const chunked = `transfer-encoding: chunked\r\n\r\n${toChunk("half")}`;

    test.each([
      ["fixed length, FIN", "content-length: 100\r\n\r\nhalf", end],
      ["fixed length, RST", "content-length: 100\r\n\r\nhalf", reset],
      ["chunked, FIN", chunked, end],
      ["chunked, RST", chunked, reset],
      ["close-delimited, RST", "x-a: 1\r\n\r\nhalf", reset],
      ["a broken chunk", chunked, (wire: Wire): void => wire.write("zz\r\n")],
    ])("half an answer never looks whole: %s", async (_, bytes, lose) => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write(`HTTP/1.1 200 OK\r\n${bytes}`);
      await client.until((text) => text.includes("half"));
      lose(upstream);
      await expect(client.read()).rejects.toThrow("The other end left");
      expect(client.pending.endsWith("0\r\n\r\n")).toBe(false);
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "cut", status: 200, bytesOut: 4 });
    });

    test("an answer that came whole before the loss is whole", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      expect((await client.read()).body).toBe("ok");
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "answered" });
    });

    test("an answer that comes before the end of the body is whole, and its connection used up", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nsome");
      const upstream = await leg.legacy.accept();
      await upstream.until((text) => text.endsWith("some"));
      upstream.write("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");
      expect((await client.read()).body).toBe("big");
      await upstream.left;
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "answered", status: 413 });
    });
  });

  describe("a client that leaves", () => {
    test("during its upload", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
      const upstream = await leg.legacy.accept();
      await upstream.until((text) => text.endsWith("half"));
      client.reset();
      await upstream.left;
      expect(await leg.proxy.outcome()).toMatchObject({
        kind: "abandoned",
        bytesIn: 4,
        bytesOut: 0,
      });
    });

    test("during a chunked upload, which must not end as if it were whole", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(
        `POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${toChunk("half")}`,
      );
      const upstream = await leg.legacy.accept();
      await upstream.until((text) => text.endsWith("half\r\n"));
      client.socket.end();
      await upstream.left;
      expect(upstream.pending.endsWith("half\r\n")).toBe(true);
    });

    test("while it waits", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      client.reset();
      await upstream.left;
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "abandoned" });
    });

    test("before the upstream has accepted", async () => {
      await using leg = await startLeg(create, {
        upstream: { origin: new URL("http://legacy.invalid:80"), lookup: () => {} },
      });
      const client = await leg.proxy.connect();
      client.write(GET);
      client.reset();
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "abandoned", connectMs: undefined });
    });

    test("before it was its turn", async () => {
      await using legacy = await startRawServer();
      const upstream = create({ origin: legacy.origin, clock: systemClock });
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      await using client = await openWire((server.address() as AddressInfo).port);
      const handed = Promise.withResolvers<readonly [IncomingMessage, ServerResponse]>();
      server.on("request", (...pair) => handed.resolve(pair));
      client.write(GET);
      const [request, response] = await handed.promise;
      client.reset();
      await once(response, "close");

      const outcome = await upstream.forward(request, response, {
        target: "/p",
        headers: ["Host", "a"],
        answerHeaders: [],
        failureHeaders: () => [],
        timeouts: { connectMs: 1000, firstByteMs: 1000 },
        maxBodyBytes: undefined,
      });
      expect(outcome).toMatchObject({ kind: "abandoned" });
      expect(legacy.wires).toHaveLength(0);
      await upstream.close();
      server.close();
    });

    test("during its download", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${toChunk("half")}`);
      await client.until((text) => text.includes("half"));
      client.reset();
      await upstream.left;
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "abandoned", bytesOut: 4 });
    });

    test("with a second request in the pipeline, which then goes nowhere", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET + GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      await client.until((text) => text.endsWith("\r\n\r\n"));
      client.reset();
      await upstream.left;
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "abandoned" });
      expect(leg.legacy.wires).toHaveLength(1);
    });
  });

  describe("back-pressure", () => {
    const SIZE = 256 * 1024 * 1024;

    test("a client that does not read stops the upstream", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect({ isPaused: true });
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write(`HTTP/1.1 200 OK\r\ncontent-length: ${SIZE}\r\n\r\n`);
      const sent = await writeUntilFull(upstream.socket, SIZE);
      expect(sent).toBeLessThan(SIZE / 2);
    });

    test("an upstream that does not read stops the client", async () => {
      await using leg = await startLeg(create, {
        legacy: await startRawServer({ isPaused: true }),
      });
      const client = await leg.proxy.connect();
      client.write(`POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: ${SIZE}\r\n\r\n`);
      const sent = await writeUntilFull(client.socket, SIZE);
      expect(sent).toBeLessThan(SIZE / 2);
    });
  });
}
