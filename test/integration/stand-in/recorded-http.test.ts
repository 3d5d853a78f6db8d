import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import type { HttpRecording } from "#contracts/recordings/recording.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";
import { openWire, type RawMessage, valuesOf } from "#support/raw-http.ts";
import { maskVolatile, toExpected, toRequestBytes } from "#support/recorded-exchange.ts";

const recordings = loadRecordings(join(packageRoot(), "contracts", "recordings"));
const standIn = createStandIn({ recordings });
let port = 0;

beforeAll(async () => {
  const { url } = await standIn.listen({ host: "127.0.0.1", port: 0 });
  port = Number(url.port);
});
afterAll(async () => standIn.close());

/** What the stand-in adds of its own. */
const OWN = ["x-banyan-stand-in"];

async function ask(recording: HttpRecording, extraHeaders: string[] = []): Promise<RawMessage> {
  await using wire = await openWire(port);
  const bytes = toRequestBytes(recording, {
    host: `127.0.0.1:${port}`,
    tokens: recordings.tokens,
    sign: createTokenSigner(DEFAULT_TOKEN_SECRET),
    extraHeaders,
  });
  wire.write(bytes);
  const message = await wire.read({ isBodiless: recording.request.method === "HEAD" });
  // RFC 9110 §10.1.1: a client that expects it gets an interim answer first.
  return message.startLine === "HTTP/1.1 100 Continue" ? await wire.read() : message;
}

const mask = (recording: HttpRecording, { head, framed }: RawMessage): unknown =>
  maskVolatile(recording, `${head}\r\n${framed}`, OWN);

const isPlain = ({ environment, sequence }: HttpRecording): boolean =>
  environment === "default" && sequence === undefined;
const plain = recordings.http.filter(isPlain);
const others = recordings.http.filter((recording) => !isPlain(recording));

/** Exchanges that a server without a memory cannot give back, each with what it would have to remember. */
const STATEFUL: Readonly<Record<string, string>> = {
  "health/happy":
    "the first answer in 30 s; the stand-in gives the remembered one, as later answers do",
  "cors/get.dev":
    "the first answer in 30 s; the stand-in gives the remembered one, as later answers do",
  "waf/xss.url2": "an address that was blocked for its last request",
};

/** Exchanges whose body was left out of the recordings. */
const OMITTED: ReadonlySet<string> = new Set([
  "variant.node_env_staging/openapi",
  "variant.direct_anthropic/openapi",
]);

describe("every exchange of the default environment is given back", () => {
  test.each(
    plain
      .filter(({ id }) => !(id in STATEFUL))
      .map((recording) => [recording.id, recording] as const),
  )("%s", async (_, recording) => {
    const answer = await ask(recording);
    expect(mask(recording, answer)).toEqual(toExpected(recording));
  });
});

test("every other exchange is given back when it is asked for by its id", async () => {
  for (const recording of others.filter(({ id }) => !OMITTED.has(id))) {
    // oxlint-disable-next-line no-await-in-loop -- one connection after the other
    const answer = await ask(recording, ["x-banyan-recording", recording.id]);
    expect({ id: recording.id, answer: mask(recording, answer) }).toEqual({
      id: recording.id,
      answer: toExpected(recording),
    });
    expect(valuesOf(answer, "x-banyan-stand-in")).toEqual(["recorded"]);
  }
});

test("an exchange whose body was left out is not made up", async () => {
  for (const recording of others.filter(({ id }) => OMITTED.has(id))) {
    // oxlint-disable-next-line no-await-in-loop -- one connection after the other
    const answer = await ask(recording, ["x-banyan-recording", recording.id]);
    expect(answer.startLine).toBe("HTTP/1.1 501 Not Implemented");
    expect(valuesOf(answer, "x-banyan-stand-in")).toEqual(["none"]);
  }
});

test("what depends on memory is given back when it is asked for by its id", async () => {
  const remembered = plain.filter(({ id }) => id in STATEFUL);
  expect(remembered).toHaveLength(Object.keys(STATEFUL).length);
  for (const recording of remembered) {
    // oxlint-disable-next-line no-await-in-loop -- one connection after the other
    const answer = await ask(recording, ["x-banyan-recording", recording.id]);
    expect({ id: recording.id, answer: mask(recording, answer) }).toEqual({
      id: recording.id,
      answer: toExpected(recording),
    });
  }
});
