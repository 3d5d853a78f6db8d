import { once } from "node:events";
import { createServer } from "node:net";

import { afterEach, describe, expect, test, vi } from "vitest";

import { startRawServer, valuesOf, type Wire } from "#support/raw-http.ts";

import { type CreateUpstream, startLeg, toChunk, writeUntilFull } from "./leg.ts";

const GET = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";
const SHORT = { connectMs: 40, firstByteMs: 40 };

async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("No port");
  return address.port;
}

/** What the client gets when the upstream gives no answer. */
export function describeFailures(create: CreateUpstream): void {
  afterEach(() => {
    vi.useRealTimers();
  });

  describe("an upstream that fails before its answer", () => {
    test("a failure is answered in the legacy's shape, with our headers", async () => {
      const port = await findClosedPort();
      await using leg = await startLeg(create, {
        upstream: { origin: new URL(`http://127.0.0.1:${port}`) },
      });
      const client = await leg.proxy.connect();
      client.write(GET);
      const answer = await client.read();
      expect(answer.startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(valuesOf(answer, "content-type")).toEqual(["application/json"]);
      expect(valuesOf(answer, "x-banyan-side")).toEqual(["legacy"]);
      expect(answer.body).toBe('{"detail":"The upstream server cannot be reached"}');
      expect(await leg.proxy.outcome()).toEqual({
        kind: "failed",
        code: "UPSTREAM_UNREACHABLE",
        bytesIn: 0,
        bytesOut: answer.body.length,
        connectMs: undefined,
        firstByteMs: undefined,
      });
      // The connection is as good as before.
      client.write(GET);
      expect((await client.read()).startLine).toBe("HTTP/1.1 502 Bad Gateway");
    });

    test.each([
      ["a value", ["Host", "a", "x", "1\r\nContent-Length: 5"]],
      ["a name", ["Host", "a", "x: 1\r\ny", "2"]],
    ])("a head that would change its shape is never sent: %s", async (_, headers) => {
      await using leg = await startLeg(create, { plan: { headers } });
      const client = await leg.proxy.connect();
      client.write(GET);
      expect((await client.read()).startLine).toBe("HTTP/1.1 400 Bad Request");
      expect(await leg.proxy.outcome()).toMatchObject({
        kind: "failed",
        code: "REQUEST_MALFORMED",
      });
      expect(leg.legacy.wires.map(({ received }) => received)).not.toContainEqual(
        expect.toSatisfy((received: number) => received > 0),
      );
    });

    test("a name that cannot be resolved is unreachable", async () => {
      await using leg = await startLeg(create, {
        upstream: {
          origin: new URL("http://legacy.invalid:80"),
          lookup: (_name, _options, done) =>
            done(Object.assign(new Error(), { code: "ENOTFOUND" }), ""),
        },
      });
      const client = await leg.proxy.connect();
      client.write(GET);
      expect((await client.read()).startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(await leg.proxy.outcome()).toMatchObject({ code: "UPSTREAM_UNREACHABLE" });
    });

    test("an upstream that does not accept in time", async () => {
      await using leg = await startLeg(create, {
        upstream: { origin: new URL("http://legacy.invalid:80"), lookup: () => {} },
        plan: { timeouts: { connectMs: 40, firstByteMs: 60_000 } },
      });
      const client = await leg.proxy.connect();
      client.write(GET);
      expect((await client.read()).startLine).toBe("HTTP/1.1 504 Gateway Timeout");
      expect(await leg.proxy.outcome()).toMatchObject({
        code: "UPSTREAM_CONNECT_TIMEOUT",
        connectMs: undefined,
      });
    });

    test("an upstream that accepts and says nothing", async () => {
      await using leg = await startLeg(create, { plan: { timeouts: SHORT } });
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      expect((await client.read()).startLine).toBe("HTTP/1.1 504 Gateway Timeout");
      expect(await leg.proxy.outcome()).toMatchObject({
        code: "UPSTREAM_TIMEOUT",
        connectMs: expect.any(Number),
        firstByteMs: undefined,
      });
      await upstream.left;
    });

    test("an upstream that stops in the middle of its head", async () => {
      await using leg = await startLeg(create, { plan: { timeouts: SHORT } });
      const client = await leg.proxy.connect();
      client.write(GET);
      (await leg.legacy.accept()).write("HTTP/1.1 200 OK\r\ncontent-");
      expect((await client.read()).startLine).toBe("HTTP/1.1 504 Gateway Timeout");
    });

    test("an upstream that does not take the body in time", async () => {
      await using leg = await startLeg(create, {
        legacy: await startRawServer({ isPaused: true }),
        plan: { timeouts: SHORT },
      });
      const client = await leg.proxy.connect();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const size = 256 * 1024 * 1024;
      client.write(`POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
      const sent = await writeUntilFull(client.socket, size);
      vi.advanceTimersByTime(SHORT.firstByteMs);
      expect((await client.read()).startLine).toBe("HTTP/1.1 504 Gateway Timeout");
      vi.advanceTimersByTime(60_000);
      // What is read from the client after that is for nobody.
      expect((await leg.proxy.outcome()).bytesIn).toBeLessThan(sent);
    });

    test("a client that stops in the middle of its body is not the upstream's fault", async () => {
      await using leg = await startLeg(create, { plan: { timeouts: SHORT } });
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
      const upstream = await leg.legacy.accept();
      expect((await client.read()).startLine).toBe("HTTP/1.1 408 Request Timeout");
      expect(await leg.proxy.outcome()).toMatchObject({ code: "REQUEST_TIMEOUT", bytesIn: 4 });
      await upstream.left;
    });

    test("a body that keeps coming is given all the time it takes", async () => {
      await using leg = await startLeg(create, { plan: { timeouts: SHORT } });
      const client = await leg.proxy.connect();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      const upstream = await leg.legacy.accept();
      for (const data of ["a", "b", "c", "d"]) {
        client.write(toChunk(data));
        // oxlint-disable-next-line no-await-in-loop -- time goes on when this one has arrived
        await upstream.until((text) => text.endsWith(toChunk(data)));
        vi.advanceTimersByTime(SHORT.firstByteMs - 1);
      }
      client.write("0\r\n\r\n");
      await upstream.read();
      vi.advanceTimersByTime(SHORT.firstByteMs - 1);
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      expect((await client.read()).startLine).toBe("HTTP/1.1 200 OK");
    });

    test("an answer that has begun is given all the time it takes", async () => {
      await using leg = await startLeg(create, { plan: { timeouts: SHORT } });
      const client = await leg.proxy.connect();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      await client.until((text) => text.endsWith("\r\n\r\n"));
      vi.advanceTimersByTime(24 * 60 * 60 * 1000);
      upstream.write("0\r\n\r\n");
      expect((await client.read()).startLine).toBe("HTTP/1.1 200 OK");
    });

    test.each([
      ["by FIN", ({ socket }: Wire): unknown => socket.end()],
      ["by RST", (wire: Wire): unknown => wire.reset()],
    ])("a connection lost before the head: %s", async (_, lose) => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      lose(upstream);
      expect((await client.read()).startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "failed", code: "UPSTREAM_RESET" });
    });

    test.each([
      ["no HTTP at all", "SSH-2.0-OpenSSH_9.2\r\n\r\n"],
      ["a status that is no number", "HTTP/1.1 abc OK\r\n\r\n"],
      ["a header without a colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"],
      ["a control character in a value", "HTTP/1.1 200 OK\r\nx: a\u0001b\r\n\r\n"],
      ["a control character in the reason", "HTTP/1.1 200 O\u0001K\r\ncontent-length: 0\r\n\r\n"],
      ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
      [
        "a length and chunks",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      ],
      ["a folded header", "HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 0\r\n\r\n"],
      ["a switch of protocols that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ])("an answer that is malformed: %s", async (_, bytes) => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write(bytes);
      const answer = await client.read();
      expect(answer.startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(answer.body).toBe('{"detail":"The upstream server sent a malformed answer"}');
      expect(await leg.proxy.outcome()).toMatchObject({
        kind: "failed",
        code: "UPSTREAM_MALFORMED",
      });
      await upstream.left;
    });
  });

  describe("a body that is too large", () => {
    const plan = { maxBodyBytes: 8 };

    test("a length over the limit is refused before the upstream hears of it", async () => {
      await using leg = await startLeg(create, { plan });
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
      const answer = await client.read();
      expect(answer.startLine).toBe("HTTP/1.1 413 Payload Too Large");
      expect(valuesOf(answer, "x-banyan-side")).toEqual(["legacy"]);
      client.socket.end();
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "failed", code: "BODY_TOO_LARGE" });
      expect(leg.legacy.wires).toHaveLength(0);
    });

    test("a body of exactly the limit passes", async () => {
      await using leg = await startLeg(create, { plan });
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n12345678");
      expect((await (await leg.legacy.accept()).read()).body).toBe("12345678");
    });

    test("a chunked body over the limit cancels the upstream", async () => {
      await using leg = await startLeg(create, { plan });
      const client = await leg.proxy.connect();
      client.write(
        `POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${toChunk("12345678")}`,
      );
      const upstream = await leg.legacy.accept();
      await upstream.until((text) => text.endsWith("12345678\r\n"));
      client.write(toChunk("9"));
      expect((await client.read()).startLine).toBe("HTTP/1.1 413 Payload Too Large");
      await upstream.left;
      expect(upstream.pending.endsWith("8\r\n12345678\r\n")).toBe(true);
      client.socket.end();
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "failed", code: "BODY_TOO_LARGE" });
    });

    test("the refusal reaches a client that goes on sending", async () => {
      await using leg = await startLeg(create, { plan });
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4000000\r\n\r\n");
      client.write(Buffer.alloc(4_000_000));
      const answer = await client.read();
      expect(answer.startLine).toBe("HTTP/1.1 413 Payload Too Large");
      expect(answer.head).toContain("\r\nConnection: close\r\n");
      expect(await client.left).toBe("end");
    });

    test("a client that neither sends on nor leaves is left", async () => {
      await using leg = await startLeg(create, { plan });
      const client = await leg.proxy.connect();
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1");
      expect((await client.read()).startLine).toBe("HTTP/1.1 413 Payload Too Large");
      vi.advanceTimersByTime(60_000);
      expect(await client.left).toBe("end");
    });

    test("where an answer has begun, the limit breaks the connection", async () => {
      await using leg = await startLeg(create, { plan });
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
      const upstream = await leg.legacy.accept();
      await upstream.until((text) => text.endsWith("\r\n\r\n"));
      upstream.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      await client.until((text) => text.endsWith("\r\n\r\n"));
      client.write(toChunk("123456789"));
      await client.left;
      await upstream.left;
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "cut", status: 200 });
    });
  });
}
