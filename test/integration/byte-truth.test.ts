import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import type { HttpRecording } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { openWire, type RawMessage } from "#support/raw-http.ts";
import { toRequestBytes } from "#support/recorded-exchange.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";

/** The only headers in which an answer through Banyan may differ from the legacy's own. */
const LISTED: ReadonlySet<string> = new Set(["x-banyan-side", "connection", "keep-alive"]);

/** Exchanges in which Banyan answers itself, each with the reason. */
const OWN_ANSWERS: Readonly<Record<string, string>> = {
  "route/weird": "a method that no HTTP parser of Node knows never becomes a request",
};

const recordings = loadRecordings(join(packageRoot(), "contracts/recordings"));
// Time and chance stand still, so that two answers of the stand-in are the same bytes.
const standIn = createStandIn({
  recordings,
  clock: createManualClock(Date.UTC(2026, 10, 24)),
  random: () => 0.5,
});
let direct = 0;
let through: TestListener;

beforeAll(async () => {
  const { url } = await standIn.listen({ host: "127.0.0.1", port: 0 });
  direct = Number(url.port);
  through = await startTestListener({ origin: url, maxHeaderBytes: 131_072, maxUrlBytes: 65_536 });
});
afterAll(async () => {
  await through[Symbol.asyncDispose]();
  await standIn.close();
});

async function ask(port: number, recording: HttpRecording): Promise<RawMessage[]> {
  await using wire = await openWire(port);
  wire.write(
    toRequestBytes(recording, {
      host: "pam.example",
      tokens: recordings.tokens,
      sign: createTokenSigner(DEFAULT_TOKEN_SECRET),
      extraHeaders: ["x-banyan-recording", recording.id],
    }),
  );
  const answer = await wire.read({ isBodiless: recording.request.method === "HEAD" });
  return answer.startLine.includes(" 100 ") ? [answer, await wire.read()] : [answer];
}

/** The bytes of an answer without the lines of the listed headers. */
function toBytes({ head, framed }: RawMessage): string {
  const lines = head
    .split("\r\n")
    .filter((line) => !LISTED.has(line.slice(0, line.indexOf(":")).toLowerCase()));
  return [...lines, framed].join("\r\n");
}

describe("through Banyan, byte for byte what the legacy says itself:", () => {
  const exchanges = recordings.http.filter(({ id }) => !(id in OWN_ANSWERS));
  test.each(exchanges.map((recording) => [recording.id, recording] as const))(
    "%s",
    async (_id, recording) => {
      const expected = await ask(direct, recording);
      const got = await ask(through.port, recording);
      expect(got.map(toBytes)).toEqual(expected.map(toBytes));
    },
  );
});

test("every exchange that Banyan answers itself is a recording, and is answered", async () => {
  for (const id of Object.keys(OWN_ANSWERS)) {
    const recording = recordings.http.find((candidate) => candidate.id === id);
    if (recording === undefined) throw new TypeError(`There is no recording ${id}`);
    // oxlint-disable-next-line no-await-in-loop -- one exchange after the other
    const [answer] = await ask(through.port, recording);
    expect(answer?.startLine).toBe("HTTP/1.1 400 Bad Request");
    expect(answer?.body).toBe("Invalid HTTP request received.");
  }
});
