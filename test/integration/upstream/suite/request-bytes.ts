import { describe, expect, test } from "vitest";

import { ADDED_LINES, ALL_BYTES, type CreateUpstream, startLeg, toChunk } from "./leg.ts";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const TARGETS = [
  ["doubled slashes", "//a///b"],
  ["nothing but slashes, which is no URL", "//"],
  ["an open bracket, which is no URL", "//["],
  ["dot segments", "/a/./b/../c/%2e%2e/d"],
  ["encoded slashes and line ends", "/a%2Fb%2fc%0d%0aX-Injected:%201"],
  ["path parameters", "/a;v=1/b;w"],
  ["an empty query", "/a?"],
  ["several question marks", "/a?b?c=d??&&e"],
  ["odd characters", `/a|b{}^\`"<>\\[]'@:$,!*()~=`],
  ["broken percent encoding", "/%zz%"],
] as const;

/** What of a request must reach the upstream, and how. */
export function describeRequestBytes(create: CreateUpstream): void {
  describe("request bytes", () => {
    test("a head is passed on byte for byte, with ours behind it", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      const head = [
        "GET /api/v1/pam/history?limit=20 HTTP/1.1",
        "Host: a",
        "X-Twice: 1",
        "accept: */*",
        "x-twice: 2",
        "AUTHORIZATION: Bearer x.y.z",
        "X-Empty: ",
        "Cookie: a=1; b=2",
        "Cookie: c=3",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "tracestate: vendor=1",
        "baggage: k=v",
        "X-Latin: \u00e9\u00ff",
        "",
      ].join("\r\n");
      client.write(`${head}\r\n`);
      const upstream = await leg.legacy.accept();
      const request = await upstream.read();
      expect(request.head).toBe(head + ADDED_LINES);
    });

    test("a file name outside of ASCII is passed on byte for byte", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      const disposition = 'attachment; filename="caf\u00e9 caf\u00c3\u00a9"';
      const head = `POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Disposition: ${disposition}\r\n`;
      client.write(`${head}\r\nx`);
      const request = await (await leg.legacy.accept()).read();
      expect(request.head).toBe(head + ADDED_LINES);
    });

    test.each(TARGETS)("the target is not normalised: %s", async (_, target) => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      const upstream = await leg.legacy.accept();
      const request = await upstream.read();
      expect(request.startLine).toBe(`GET ${target} HTTP/1.1`);
      upstream.write(ANSWER);
      expect((await client.read()).startLine).toBe("HTTP/1.1 200 OK");
    });

    test("a fixed-length body stays fixed-length and untouched", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      const head = `POST /p HTTP/1.1\r\nHost: a\r\ncontent-LENGTH: ${ALL_BYTES.length}\r\n`;
      client.write(`${head}\r\n${ALL_BYTES}`);
      const upstream = await leg.legacy.accept();
      const request = await upstream.read();
      expect(request.head).toBe(head + ADDED_LINES);
      expect(request.framed).toBe(ALL_BYTES);
      upstream.write(ANSWER);
      await client.read();
      expect(await leg.proxy.outcome()).toMatchObject({
        kind: "answered",
        bytesIn: 256,
        bytesOut: 2,
      });
    });

    test.each(["POST", "DELETE", "OPTIONS", "GET", "PUT", "PATCH"])(
      "a chunked body stays chunked and untouched: %s",
      async (method) => {
        await using leg = await startLeg(create);
        const client = await leg.proxy.connect();
        const head = `${method} /p HTTP/1.1\r\nHost: a\r\nTransfer-encoding: chunked\r\n`;
        client.write(`${head}\r\n${toChunk(ALL_BYTES)}${toChunk("more")}0\r\n\r\n`);
        const upstream = await leg.legacy.accept();
        const request = await upstream.read();
        expect(request.head.startsWith(head)).toBe(true);
        expect(request.head.toLowerCase()).not.toContain("content-length");
        expect(request.body).toBe(`${ALL_BYTES}more`);
        expect(upstream.pending).toBe("");
      },
    );

    test("trailers of a request follow its body, but for those that would change the request", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(
        "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n" +
          `${toChunk("body")}0\r\nX-Sum: 1\r\nHost: b\r\nX-Forwarded-For: 6.6.6.6\r\nAuthorization: Bearer x\r\n\r\n`,
      );
      const request = await (await leg.legacy.accept()).read();
      expect(request.body).toBe("body");
      expect(request.trailers).toEqual(["X-Sum", "1"]);
    });

    test.each(["DELETE", "OPTIONS", "POST", "PUT", "GET", "HEAD"])(
      "a request without a body gets no framing: %s",
      async (method) => {
        await using leg = await startLeg(create);
        const client = await leg.proxy.connect();
        const head = `${method} /p HTTP/1.1\r\nHost: a\r\n`;
        client.write(`${head}\r\n`);
        const request = await (await leg.legacy.accept()).read();
        expect(request.head).toBe(head + ADDED_LINES);
      },
    );

    test("a body is passed on while it comes", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\n");
      const upstream = await leg.legacy.accept();
      await upstream.until((text) => text.endsWith("\r\n\r\n"));
      client.write("abc");
      await upstream.until((text) => text.endsWith("abc"));
      client.write("def");
      expect((await upstream.read()).body).toBe("abcdef");
    });

    test("a client of HTTP/1.0 is served in its own version", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write("GET /p HTTP/1.0\r\n\r\n");
      const upstream = await leg.legacy.accept();
      const request = await upstream.read();
      expect(request.startLine).toBe("GET /p HTTP/1.1");
      expect(request.head).toContain(`\r\nHost: ${leg.legacy.origin.host}\r\n`);
      upstream.write(
        `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n${toChunk("body")}0\r\n\r\n`,
      );
      expect(await client.left).toBe("end");
      expect(client.pending).toBe(
        "HTTP/1.1 200 OK\r\nx-banyan-side: legacy\r\nConnection: close\r\n\r\nbody",
      );
    });

    test("a client of HTTP/1.0 that wants to keep its connection is told that it can", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write("GET /p HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write(ANSWER);
      expect((await client.read()).head).toContain("\r\nConnection: keep-alive\r\n");
    });

    test("a pipelined request goes upstream when the one before it is answered", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write("POST /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\n\r\n");
      const upstream = await leg.legacy.accept();
      expect((await upstream.read()).startLine).toBe("POST /1 HTTP/1.1");
      expect(upstream.pending).toBe("");
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none");
      expect((await client.read()).body).toBe("one");
      expect((await upstream.read()).startLine).toBe("POST /2 HTTP/1.1");
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\ntwo");
      expect((await client.read()).body).toBe("two");
      expect(leg.legacy.wires).toHaveLength(1);
    });
  });
}
