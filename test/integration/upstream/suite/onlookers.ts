import { describe, expect, test } from "vitest";

import { createRecordingTap } from "#support/recording-taps.ts";

import { type CreateUpstream, startLeg, toChunk } from "./leg.ts";

const UPLOAD = "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nasked";

/** What an onlooker is shown of an exchange, and that nothing depends on it. */
export function describeOnlookers(create: CreateUpstream): void {
  describe("an onlooker", () => {
    test("is shown both bodies and the upstream's own head, in their order", async () => {
      const tap = createRecordingTap();
      await using leg = await startLeg(create, { plan: { tap } });
      const client = await leg.proxy.connect();
      client.write(UPLOAD);
      const upstream = await leg.legacy.accept();
      expect((await upstream.read()).body).toBe("asked");
      upstream.write(
        `HTTP/1.1 201 Made\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n${toChunk("first")}`,
      );
      await client.until((text) => text.includes("first"));
      upstream.write(`${toChunk("last")}0\r\n\r\n`);
      expect((await client.read()).body).toBe("firstlast");
      await leg.proxy.outcome();

      expect(tap.shown).toEqual([
        "request asked",
        "head 201 X-A|1|Transfer-Encoding|chunked",
        "answer first",
        "answer last",
        "ended whole",
      ]);
    });

    test("learns that an answer broke off", async () => {
      const tap = createRecordingTap();
      await using leg = await startLeg(create, { plan: { tap } });
      const client = await leg.proxy.connect();
      client.write("GET /p HTTP/1.1\r\nHost: a\r\n\r\n");
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
      await client.until((text) => text.endsWith("half"));
      upstream.reset();
      await leg.proxy.outcome();

      expect(tap.shown).toEqual(["head 200 content-length|9", "answer half", "ended broken"]);
    });

    test("is shown nothing of what Banyan answers itself", async () => {
      const tap = createRecordingTap();
      await using leg = await startLeg(create, { plan: { tap } });
      const client = await leg.proxy.connect();
      client.write("GET /p HTTP/1.1\r\nHost: a\r\n\r\n");
      const upstream = await leg.legacy.accept();
      await upstream.read();
      upstream.reset();
      expect((await client.read()).startLine).toContain("502");
      await leg.proxy.outcome();

      expect(tap.shown).toEqual(["ended broken"]);
    });
  });
}
