import { getCACertificates, setDefaultCACertificates } from "node:tls";

import { afterEach, describe, expect, test } from "vitest";

import { startRawServer } from "#support/raw-http.ts";
import { SELF_SIGNED } from "#support/self-signed.ts";

import { ADDED_LINES, type CreateUpstream, startLeg } from "./leg.ts";

const HEAD = "GET /p HTTP/1.1\r\nHost: a\r\n";

/** A legacy behind `https:`. */
export function describeTls(create: CreateUpstream): void {
  describe("an upstream over TLS", () => {
    const trusted = getCACertificates("default");

    afterEach(() => {
      setDefaultCACertificates(trusted);
    });

    test("is spoken to by its own name, whatever Host the client sent", async () => {
      setDefaultCACertificates([...trusted, SELF_SIGNED.cert]);
      await using leg = await startLeg(create, {
        legacy: await startRawServer({ tls: SELF_SIGNED }),
      });
      const client = await leg.proxy.connect();
      client.write(`${HEAD}\r\n`);
      const upstream = await leg.legacy.accept();
      expect((await upstream.read()).head).toBe(HEAD + ADDED_LINES);
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      expect((await client.read()).body).toBe("ok");
      expect(await leg.proxy.outcome()).toMatchObject({ connectMs: expect.any(Number) });
    });

    test("is unreachable when nobody vouches for it", async () => {
      await using leg = await startLeg(create, {
        legacy: await startRawServer({ tls: SELF_SIGNED }),
      });
      const client = await leg.proxy.connect();
      client.write(`${HEAD}\r\n`);
      expect((await client.read()).startLine).toBe("HTTP/1.1 502 Bad Gateway");
      expect(await leg.proxy.outcome()).toMatchObject({
        code: "UPSTREAM_UNREACHABLE",
        connectMs: undefined,
      });
    });
  });
}
