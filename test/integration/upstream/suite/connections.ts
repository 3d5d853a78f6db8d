import { describe, expect, test } from "vitest";

import { startAnsweringServer, startRawServer } from "#support/raw-http.ts";

import { type CreateUpstream, startLeg, toChunk } from "./leg.ts";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const GET = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";
const STREAMS = 300;

/** How connections to the upstream are shared, kept and replaced. */
export function describeConnections(create: CreateUpstream): void {
  describe("connections to the upstream", () => {
    test("requests in a row share one connection", async () => {
      await using leg = await startLeg(create, { legacy: await startAnsweringServer(ANSWER) });
      const client = await leg.proxy.connect();
      for (const request of [
        GET,
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
        "DELETE /p HTTP/1.1\r\nHost: a\r\n\r\n",
        GET,
      ]) {
        client.write(request);
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        expect((await client.read()).body).toBe("ok");
      }
      expect(leg.legacy.wires).toHaveLength(1);
    });

    test("a connection is kept after HEAD", async () => {
      const answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";
      await using leg = await startLeg(create, { legacy: await startAnsweringServer(answer) });
      const client = await leg.proxy.connect();
      for (let turn = 0; turn < 5; turn += 1) {
        client.write("HEAD /p HTTP/1.1\r\nHost: a\r\n\r\n");
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        await client.read({ isBodiless: true });
      }
      expect(leg.legacy.wires).toHaveLength(1);
    });

    test("a chunked request is the last on its connection and says so", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(`POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
      const upstream = await leg.legacy.accept();
      expect((await upstream.read()).head).toContain("\r\nConnection: close\r\n");
      // Even where the upstream would go on with it.
      upstream.write(ANSWER);
      await client.read();
      client.write(GET);
      const next = await leg.legacy.accept();
      next.write(ANSWER);
      expect((await client.read()).body).toBe("ok");
      expect(upstream.pending).toBe("");
    });

    test("streams that stay open do not keep a plain request waiting", async () => {
      await using leg = await startLeg(create, {
        legacy: await startRawServer({
          async onWire(wire) {
            const { startLine } = await wire.read();
            wire.write(
              startLine.includes("/stream")
                ? `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${toChunk("data: 1\n\n")}`
                : ANSWER,
            );
          },
        }),
      });
      await Promise.all(
        Array.from({ length: STREAMS }, async () => {
          const client = await leg.proxy.connect();
          client.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
          await client.until((text) => text.includes("data: 1"));
        }),
      );
      const client = await leg.proxy.connect();
      client.write(GET);
      expect((await client.read()).body).toBe("ok");
    });

    test("bytes that nobody asked for are not taken for the next answer", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const first = await leg.legacy.accept();
      await first.read();
      first.write(ANSWER);
      await client.read();
      first.write("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\npoisoned");
      await first.left;
      client.write(GET);
      const second = await leg.legacy.accept();
      await second.read();
      second.write(ANSWER);
      expect((await client.read()).body).toBe("ok");
    });

    test.each(["GET", "HEAD", "OPTIONS"])(
      "a kept connection that turns out to be closed is replaced unseen: %s",
      async (method) => {
        await using leg = await startLeg(create);
        const client = await leg.proxy.connect();
        client.write(GET);
        const stale = await leg.legacy.accept();
        await stale.read();
        stale.write(ANSWER);
        await client.read();

        client.write(`${method} /again HTTP/1.1\r\nHost: a\r\nX-Mark: 1\r\n\r\n`);
        const before = await stale.read();
        stale.reset();
        const fresh = await leg.legacy.accept();
        const after = await fresh.read();
        expect(after.startLine).toBe(`${method} /again HTTP/1.1`);
        expect(after.headers.slice(0, 4)).toEqual(before.headers.slice(0, 4));
        fresh.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        expect((await client.read()).startLine).toBe("HTTP/1.1 200 OK");
        expect(await leg.proxy.outcome(2)).toMatchObject({ kind: "answered", status: 200 });
      },
    );

    test("the other kept connections are not trusted either", async () => {
      await using leg = await startLeg(create);
      const clients = [await leg.proxy.connect(), await leg.proxy.connect()];
      for (const client of clients) client.write(GET);
      const kept = [await leg.legacy.accept(), await leg.legacy.accept()];
      await Promise.all(kept.map(async (wire) => wire.read()));
      for (const wire of kept) wire.write(ANSWER);
      await Promise.all(clients.map(async (client) => client.read()));

      clients[0]?.write(GET);
      const stale = await Promise.race(
        kept.map(async (wire) => {
          await wire.read();
          return wire;
        }),
      );
      stale.reset();
      const fresh = await leg.legacy.accept();
      await fresh.read();
      fresh.write(ANSWER);
      expect((await clients[0]?.read())?.body).toBe("ok");
    });

    test.each([
      ["POST without a body", "POST /again HTTP/1.1\r\nHost: a\r\n\r\n"],
      ["GET with a body", "GET /again HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"],
      ["DELETE", "DELETE /again HTTP/1.1\r\nHost: a\r\n\r\n"],
    ])("what may have had an effect is not sent again: %s", async (_, request) => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const stale = await leg.legacy.accept();
      await stale.read();
      stale.write(ANSWER);
      await client.read();

      client.write(request);
      await stale.read();
      stale.reset();
      expect((await client.read()).startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(await leg.proxy.outcome(2)).toMatchObject({ kind: "failed", code: "UPSTREAM_RESET" });
      expect(leg.legacy.wires).toHaveLength(1);
    });

    test("a request is sent again once, not twice", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const stale = await leg.legacy.accept();
      await stale.read();
      stale.write(ANSWER);
      await client.read();

      client.write(GET);
      await stale.read();
      stale.reset();
      const fresh = await leg.legacy.accept();
      await fresh.read();
      fresh.reset();
      expect((await client.read()).startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(leg.legacy.wires).toHaveLength(2);
    });

    test("a request is not sent again when something of an answer had come", async () => {
      await using leg = await startLeg(create);
      const client = await leg.proxy.connect();
      client.write(GET);
      const kept = await leg.legacy.accept();
      await kept.read();
      kept.write(ANSWER);
      await client.read();

      client.write(GET);
      await kept.read();
      kept.write("HTTP/1.1 200 OK\r\nx-half: a he");
      kept.socket.end();
      expect((await client.read()).startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(leg.legacy.wires).toHaveLength(1);
    });
  });
}
