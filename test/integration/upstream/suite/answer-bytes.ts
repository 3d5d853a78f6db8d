import { gzipSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { ALL_BYTES, type CreateUpstream, startLeg, toChunk } from "./leg.ts";

const SIDE = "x-banyan-side: legacy\r\n";
const GET = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";

/** What of an answer must reach the client, and how. */
export function describeAnswerBytes(create: CreateUpstream): void {
  /** Has the legacy answer one request with `bytes` and gives what the client read of it. */
  async function relay(bytes: string, { request = GET, isBodiless = false } = {}): Promise<string> {
    await using leg = await startLeg(create);
    const client = await leg.proxy.connect();
    client.write(request);
    const upstream = await leg.legacy.accept();
    await upstream.read();
    upstream.write(bytes);
    const { head, framed } = await client.read({ isBodiless });
    return `${head}\r\n${framed}${client.pending}`;
  }

  describe("answer bytes", () => {
    test("a head is passed on byte for byte, with ours behind it", async () => {
      const head = [
        "HTTP/1.1 200 Fine By Me \u00e9",
        "date: Sun, 22 Nov 2026 20:33:44 GMT",
        "server: uvicorn",
        "Set-Cookie: a=1; Domain=.example.com; Path=/",
        "x-CASE: 1",
        "set-cookie: b=2; HttpOnly",
        "server: PAM-Backend",
        "content-length: 2",
        "X-Case: 2",
        "",
      ].join("\r\n");
      expect(await relay(`${head}\r\nok`)).toBe(`${head}${SIDE}\r\nok`);
    });

    test.each([
      ["one large header", `x-large: ${"a".repeat(60_000)}\r\n`],
      ["many headers", Array.from({ length: 1500 }, (_, at) => `x-${at}: 1\r\n`).join("")],
    ])("a large head is passed on whole: %s", async (_, lines) => {
      const head = `HTTP/1.1 200 OK\r\n${lines}content-length: 2\r\n`;
      expect(await relay(`${head}\r\nok`)).toBe(`${head}${SIDE}\r\nok`);
    });

    test.each([
      ["in latin1", "caf\u00e9"],
      ["in UTF-8", "caf\u00c3\u00a9"],
    ])("a file name outside of ASCII is passed on byte for byte: %s", async (_, name) => {
      const disposition = `Content-Disposition: attachment; filename="${name}.txt"\r\n`;
      const head = `HTTP/1.1 200 OK\r\n${disposition}content-length: 2\r\n${disposition}`;
      expect(await relay(`${head}\r\nok`)).toBe(`${head}${SIDE}\r\nok`);
    });

    test("nothing is added to a bare head", async () => {
      expect(await relay("HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n")).toBe(
        `HTTP/1.1 200 \r\ncontent-length: 0\r\n${SIDE}\r\n`,
      );
    });

    test.each([301, 307, 400, 404, 418, 422, 500, 503, 599])(
      "status %i is passed on",
      async (status) => {
        const head = `HTTP/1.1 ${status} Some Reason\r\nlocation: http://elsewhere/x\r\ncontent-length: 0\r\n`;
        expect(await relay(`${head}\r\n`)).toBe(`${head}${SIDE}\r\n`);
      },
    );

    test("a fixed-length body stays fixed-length and untouched", async () => {
      const zipped = gzipSync(ALL_BYTES.repeat(8)).toString("latin1");
      const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n`;
      expect(await relay(`${head}\r\n${zipped}`)).toBe(`${head}${SIDE}\r\n${zipped}`);
    });

    test("a chunked body stays chunked and untouched", async () => {
      const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nx-after: 1\r\n";
      const body = `${toChunk(ALL_BYTES)}0\r\n\r\n`;
      expect(await relay(`${head}\r\n${body}`)).toBe(`${head}${SIDE}\r\n${body}`);
    });

    test("trailers follow the body", async () => {
      const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nTrailer: X-Sum\r\n";
      const body = `${toChunk("abc")}0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n`;
      expect(await relay(`${head}\r\n${body}`)).toBe(`${head}${SIDE}\r\n${body}`);
    });

    test("an announced trailer without chunks does not break the answer", async () => {
      expect(await relay("HTTP/1.1 200 OK\r\nTrailer: x\r\ncontent-length: 2\r\n\r\nok")).toBe(
        `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n${SIDE}\r\nok`,
      );
    });

    test("headers for our hop alone end here", async () => {
      const hop =
        "Connection: keep-alive, x-hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nProxy-Authenticate: Basic\r\n";
      expect(await relay(`HTTP/1.1 200 OK\r\n${hop}content-length: 0\r\n\r\n`)).toBe(
        `HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${SIDE}\r\n`,
      );
    });

    test("an answer to HEAD keeps its length and has no body", async () => {
      const head = "HTTP/1.1 200 OK\r\ncontent-length: 12345\r\n";
      const options = { request: "HEAD /p HTTP/1.1\r\nHost: a\r\n\r\n", isBodiless: true };
      expect(await relay(`${head}\r\n`, options)).toBe(`${head}${SIDE}\r\n`);
    });

    test("an answer to HEAD keeps its chunked framing and has no body", async () => {
      const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n";
      const options = { request: "HEAD /p HTTP/1.1\r\nHost: a\r\n\r\n", isBodiless: true };
      expect(await relay(`${head}\r\n`, options)).toBe(`${head}${SIDE}\r\n`);
    });

    test.each([
      ["204", "HTTP/1.1 204 No Content\r\nx-a: 1\r\n"],
      ["304", 'HTTP/1.1 304 Not Modified\r\netag: "x"\r\ncontent-length: 99\r\n'],
    ])("a %s has no body and keeps its headers", async (_, head) => {
      expect(await relay(`${head}\r\n`, { isBodiless: true })).toBe(`${head}${SIDE}\r\n`);
    });

    test("a body that only the connection's end delimits becomes a chunked one", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write("HTTP/1.1 200 OK\r\nx-a: 1\r\n\r\nhalf");
      await client.until((text) => text.includes("half"));
      upstream.write(" and half");
      upstream.socket.end();
      const answer = await client.read();
      expect(answer.body).toBe("half and half");
      expect(answer.framed.endsWith("0\r\n\r\n")).toBe(true);
    });

    test("the head of a stream comes before its first event, each event at once", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
      );
      await client.until((text) => text.endsWith("\r\n\r\n"));
      for (const event of ["data: 1\n\n", "data: 2\n\n", ": ping\n\n"]) {
        upstream.write(toChunk(event));
        // oxlint-disable-next-line no-await-in-loop -- the next is sent when this one has arrived
        await client.until((text) => text.endsWith(toChunk(event)));
      }
      upstream.write("0\r\n\r\n");
      await client.read();
      expect(await leg.proxy.outcome()).toMatchObject({ kind: "answered", status: 200 });
    });

    test("answers before the final one are passed on", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write(
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Hint: 1\r\n\r\n",
      );
      expect((await client.read({ isBodiless: true })).head).toBe(
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Hint: 1\r\n",
      );
      upstream.write(
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
      );
      expect((await client.read({ isBodiless: true })).startLine).toBe("HTTP/1.1 102 Processing");
      expect((await client.read()).body).toBe("ok");
    });

    test("a client that wants the connection closed is told that it is", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write("GET /p HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      expect((await client.read()).head).toContain("\r\nConnection: close\r\n");
      expect(await client.left).toBe("end");
    });
  });
}
