import { describe, expect, test } from "vitest";

import { type Reading, readLeniently, startLenientUpstream } from "#support/lenient-upstream.ts";
import { parseMessage } from "#support/raw-http.ts";

import { type CreateUpstream, startLeg, toChunk } from "./leg.ts";

/** What an attacker would like the upstream to take for a request of its own. */
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
const POST = "POST /attack HTTP/1.1\r\nHost: a\r\n";
const CHUNKED = `${POST}Transfer-Encoding: chunked\r\n\r\n`;
/** A body that is over at once for a reader of chunks, and holds a request for a reader of lengths. */
const EMPTY_CHUNKS = `0\r\n\r\n${SMUGGLED}`;

const withLength = (length: string, body = SMUGGLED): string =>
  `${POST}Content-Length: ${length}\r\n\r\n${body}`;
const withCoding = (lines: string): string => `${POST}${lines}\r\n\r\n${EMPTY_CHUNKS}`;

/** Nothing of these may become a whole request at the upstream. */
const REFUSED: readonly (readonly [name: string, bytes: string])[] = [
  ["a length and a coding", withCoding("Content-Length: 6\r\nTransfer-Encoding: chunked")],
  ["a coding and a length", withCoding("Transfer-Encoding: chunked\r\nContent-Length: 6")],
  ["chunked, identity", withCoding("Transfer-Encoding: chunked, identity")],
  ["identity, chunked", withCoding("Transfer-Encoding: identity, chunked")],
  ["gzip, chunked", withCoding("Transfer-Encoding: gzip, chunked")],
  ["chunked, chunked", withCoding("Transfer-Encoding: chunked, chunked")],
  ["an empty element", withCoding("Transfer-Encoding: ,chunked")],
  ["xchunked", withCoding("Transfer-Encoding: xchunked")],
  ["chunked in quotes", withCoding('Transfer-Encoding: "chunked"')],
  ["a parameter of chunked", withCoding("Transfer-Encoding: chunked;q=1")],
  ["a blank before the colon", withCoding("Transfer-Encoding : chunked")],
  ["a coding twice", withCoding("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")],
  [
    "identity and chunked apart",
    withCoding("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
  ],
  [
    "chunked and identity apart",
    withCoding("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity"),
  ],
  ["an empty coding with a length", withCoding("Transfer-Encoding:\r\nContent-Length: 6")],
  ["tabs around a coding", withCoding("Transfer-Encoding:\tchunked\t")],
  ["a vertical tab before a coding", withCoding("Transfer-Encoding: \u000bchunked")],
  ["a coding on a folded line", withCoding("Transfer-Encoding:\r\n chunked")],
  [
    "a coding in HTTP/1.0",
    withCoding("Transfer-Encoding: chunked").replace("HTTP/1.1", "HTTP/1.0"),
  ],
  ["two lengths", withLength("0\r\nContent-Length: 44")],
  ["one length twice", withLength("44\r\nContent-Length: 44")],
  ["a list of lengths", withLength("44, 44")],
  ["a length with a sign", withLength("+44")],
  ["a negative length", withLength("-44")],
  ["a hexadecimal length", withLength("0x2c")],
  ["a length with a separator", withLength("4_4")],
  ["a length in two words", withLength("0 44")],
  ["an empty length", withLength("")],
  ["a length beyond 64 bits", withLength("18446744073709551660")],
  [
    "a folded header",
    `GET /attack HTTP/1.1\r\nHost: a\r\nX: a\r\n Content-Length: 44\r\n\r\n${SMUGGLED}`,
  ],
  ["bare line feeds", "GET /attack HTTP/1.1\nHost: a\n\n"],
  ["a bare line feed after a header", `GET /attack HTTP/1.1\r\nHost: a\nX: b\r\n\r\n`],
  [
    "a bare line feed in a value",
    `GET /attack HTTP/1.1\r\nHost: a\r\nX: b\nContent-Length: 44\r\n\r\n${SMUGGLED}`,
  ],
  ["a bare carriage return in a value", `GET /attack HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n`],
  ["a NUL in a value", `GET /attack HTTP/1.1\r\nHost: a\r\nX: b\0\r\n\r\n`],
  ["a head that ends in a bare line feed", "GET /attack HTTP/1.1\r\nHost: a\r\n\n"],
  ["a blank line before the headers", "GET /attack HTTP/1.1\r\n Host: a\r\n\r\n"],
  ["a header without a colon", "GET /attack HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"],
  ["a chunk size with a prefix", `${CHUNKED}0x0\r\n\r\n${SMUGGLED}`],
  ["a chunk size with a sign", `${CHUNKED}+0\r\n\r\n${SMUGGLED}`],
  ["a negative chunk size", `${CHUNKED}-1\r\n\r\n${SMUGGLED}`],
  ["a blank behind a chunk size", `${CHUNKED}0 \r\n\r\n${SMUGGLED}`],
  ["a blank before a chunk size", `${CHUNKED} 0\r\n\r\n${SMUGGLED}`],
  ["a chunk size beyond 64 bits", `${CHUNKED}10000000000000000\r\n\r\n${SMUGGLED}`],
  ["no chunk size", `${CHUNKED}\r\n\r\n${SMUGGLED}`],
  ["a bare line feed behind a chunk size", `${CHUNKED}0\n\r\n${SMUGGLED}`],
  ["a bare line feed in a chunk extension", `${CHUNKED}2;\nxx\r\n0\r\n\r\n${SMUGGLED}`],
  ["a line end in a quoted extension", `${CHUNKED}0;a="\r\n\r\n${SMUGGLED}"\r\n\r\n`],
  ["a bare line feed behind a chunk", `${CHUNKED}2\r\nab\n0\r\n\r\n${SMUGGLED}`],
  ["more in a chunk than its size", `${CHUNKED}2\r\nabc\r\n0\r\n\r\n${SMUGGLED}`],
  ["a length among the trailers", `${CHUNKED}0\r\nContent-Length: 44\r\n\r\n${SMUGGLED}`],
  ["a coding among the trailers", `${CHUNKED}0\r\nTransfer-Encoding: identity\r\n\r\n${SMUGGLED}`],
  ["two hosts", "GET /attack HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
  ["no host", "GET /attack HTTP/1.1\r\nX: a\r\n\r\n"],
  ["a host with a path", "GET /attack HTTP/1.1\r\nHost: a/b\r\n\r\n"],
  ["a host with a user", "GET /attack HTTP/1.1\r\nHost: a@b\r\n\r\n"],
  ["a host with a blank", "GET /attack HTTP/1.1\r\nHost: a b\r\n\r\n"],
  ["an absolute target", "GET http://elsewhere/attack HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["an authority for a target", "GET elsewhere:80 HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["a star for a target", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["a tab in the target", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["a blank in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["a tab for the blank behind the method", "GET\t/attack HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["HTTP/2.0", "GET /attack HTTP/2.0\r\nHost: a\r\n\r\n"],
  ["HTTP/0.9", "GET /attack HTTP/0.9\r\nHost: a\r\n\r\n"],
  ["no version", "GET /attack\r\n\r\n"],
];

/** These are requests, odd as they are: one each, and nothing of a body is taken for another. */
const PASSED: readonly (readonly [name: string, bytes: string, body: string])[] = [
  ["a request in a body of fixed length", withLength(`${SMUGGLED.length}`), SMUGGLED],
  ["a length with leading zeros", withLength("003", "abc"), "abc"],
  ["a coding in capitals", withCoding("Transfer-Encoding: CHUNKED").replace(SMUGGLED, ""), ""],
  ["a chunk extension", `${CHUNKED}3;a=b;c="d"\r\nabc\r\n0\r\n\r\n`, "abc"],
  ["a chunk size with leading zeros", `${CHUNKED}0003\r\nabc\r\n000\r\n\r\n`, "abc"],
  ...["GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH"].map(
    (method) =>
      [
        `a request in the chunks of ${method}`,
        `${CHUNKED.replace("POST", method)}${toChunk(SMUGGLED)}0\r\n\r\n`,
        SMUGGLED,
      ] as const,
  ),
  ...["content-length", "host, content-length", "transfer-encoding, close"].map(
    (nominated) =>
      [
        `a connection that nominates ${nominated}`,
        `${POST}Connection: ${nominated}\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
        SMUGGLED,
      ] as const,
  ),
  [
    "encoded line ends in the target",
    `GET /attack%0d%0aX:%20y%0d%0a%0d%0a HTTP/1.1\r\nHost: a\r\n\r\n`,
    "",
  ],
  [
    "encoded line ends in forwarding headers",
    "GET /attack HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1%0d%0aX: y\r\nX-Forwarded-Host: b%0aX: y\r\nForwarded: for=c%0d%0a\r\nX-Request-Id: 1%0d%0a\r\n\r\n",
    "",
  ],
  [
    "an upgrade to another protocol",
    "GET /attack HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
    "",
  ],
  ["blank lines before a request", "\r\n\r\nGET /attack HTTP/1.1\r\nHost: a\r\n\r\n", ""],
];

/** Whole requests as a strict reader sees them. */
function readStrictly(bytes: string): Reading[] {
  const found: Reading[] = [];
  for (let rest = bytes; ;) {
    const parsed = parseMessage(rest);
    if (parsed === undefined) return found;
    const { startLine, body } = parsed.message;
    found.push({ startLine, body });
    rest = parsed.rest;
  }
}

/** RFC 9112 §11.2: no two readers of what we send may differ about where a request ends. */
export function describeRequestSmuggling(create: CreateUpstream): void {
  /**
   * Sends `bytes` as a client, while a kept connection lies ready for them, then a request of another client.
   * Gives the status of the answer, if there was one, and the whole requests that the upstream saw.
   */
  async function attack(bytes: string): Promise<{ status: string; seen: readonly Reading[] }> {
    await using lenient = await startLenientUpstream();
    await using leg = await startLeg(create, { legacy: lenient.server });
    const bystander = await leg.proxy.connect();
    const ask = async (target: string): Promise<void> => {
      bystander.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
      expect((await bystander.read()).body).toBe(`GET ${target} HTTP/1.1`);
    };

    await ask("/before");
    const attacker = await leg.proxy.connect();
    attacker.write(bytes);
    // A connection is closed without a word where the head had passed before the body turned out bad.
    const answer = await attacker.until((text) => text.includes("\r\n")).catch(() => "");
    await ask("/after");

    const connections = lenient.connections();
    const seen = connections.flatMap(readStrictly);
    expect(connections.flatMap((text) => readLeniently(text, "transfer-encoding"))).toEqual(seen);
    expect(connections.flatMap((text) => readLeniently(text, "content-length"))).toEqual(seen);
    return { status: answer.slice(9, 12), seen };
  }
  const around: readonly Reading[] = [
    { startLine: "GET /before HTTP/1.1", body: "" },
    { startLine: "GET /after HTTP/1.1", body: "" },
  ];

  describe("request smuggling", () => {
    test.each(REFUSED)("is refused: %s", async (_, bytes) => {
      const { status, seen } = await attack(bytes);
      expect(["400", ""]).toContain(status);
      expect(seen).toEqual(around);
    });

    test.each(PASSED)("is one request: %s", async (_, bytes, body) => {
      const { status, seen } = await attack(bytes);
      const startLine = bytes.trimStart().split("\r\n")[0];
      expect(status).toBe("200");
      expect(seen).toHaveLength(3);
      expect(seen).toEqual(expect.arrayContaining([...around, { startLine, body }]));
    });

    test("requests in one packet stay as many as they are", async () => {
      const { seen } = await attack(
        `${withLength("3", "abc")}GET /second HTTP/1.1\r\nHost: a\r\n\r\n`,
      );
      expect(seen).toHaveLength(4);
    });

    test("what follows a refused request on its connection is not read", async () => {
      const { seen } = await attack(
        `GET /attack HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${SMUGGLED}`,
      );
      expect(seen).toEqual(around);
    });
  });
}
