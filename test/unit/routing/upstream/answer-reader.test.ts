import { type IncomingMessage, request as sendRequest } from "node:http";
import { Duplex } from "node:stream";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { MalformedAnswer } from "#routing/upstream/answer-head.ts";
import { AnswerReader } from "#routing/upstream/answer-reader.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

interface Reading {
  readonly status: number;
  readonly reason: string;
  readonly headers: RawHeaders;
  readonly body: string;
  readonly trailers: RawHeaders;
}

interface Outcome {
  /** Absent where the answer did not come to its end. */
  readonly reading: Reading | undefined;
  readonly informed: readonly number[];
  readonly isPersistent: boolean;
  /** How many bytes were of this answer. */
  readonly size: number;
}

/** Reads `text` in pieces that end where `cuts` say, then the end of the connection. */
function read(text: string, { cuts = [] as readonly number[], isHead = false } = {}): Outcome {
  const informed: number[] = [];
  let head: Omit<Reading, "body" | "trailers"> | undefined;
  let reading: Reading | undefined;
  let body = "";
  const reader = new AnswerReader(
    {
      onInformation: ({ statusCode }) => void informed.push(statusCode),
      onHead({ statusCode, statusMessage, rawHeaders }) {
        head = { status: statusCode, reason: statusMessage, headers: rawHeaders };
      },
      onBody(view) {
        body += view.toString("latin1");
      },
      onEnd(trailers) {
        if (head !== undefined) reading = { ...head, body, trailers };
      },
    },
    isHead,
  );
  const bytes = Buffer.from(text, "latin1");
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].toSorted((a, b) => a - b);
  let size = 0;
  for (const end of [...ends, bytes.length]) {
    if (!reader.isDone) size += reader.read(bytes.subarray(size, end));
  }
  const { isPersistent } = reader;
  reader.end();
  return { reading, informed, isPersistent, size };
}

/** What Node's client reads; `undefined` where it reads no whole answer. */
async function readByNode(text: string): Promise<Reading | undefined> {
  const { promise, resolve } = Promise.withResolvers<Reading | undefined>();
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const fail = (): void => resolve(undefined);
  const request = sendRequest({ createConnection: () => socket, maxHeaderSize: 131_072 });
  request.on("error", fail).on("upgrade", fail);
  request.on("response", (answer: IncomingMessage) => {
    let body = "";
    answer.setEncoding("latin1").on("error", fail).on("aborted", fail);
    answer.on("data", (piece: string) => {
      body += piece;
    });
    answer.on("end", () =>
      resolve({
        status: answer.statusCode ?? 0,
        reason: answer.statusMessage ?? "",
        headers: answer.rawHeaders,
        body,
        trailers: answer.rawTrailers,
      }),
    );
  });
  request.end();
  socket.push(Buffer.from(text, "latin1"));
  socket.push(null);
  const outcome = await promise;
  request.destroy();
  return outcome;
}

const FIXED = "HTTP/1.1 200 Fine \u00e9\r\nX-A:  1 \r\nx-a:\t2\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x\r\n\r\n3;a=b\r\nabc\r\n00A\r\n0123456789\r\n0\r\nX: 1\r\nx: 2\r\n\r\n";
const UNTIL_CLOSE = "HTTP/1.1 200\r\nx: y\r\n\r\nall that comes";
const INFORMED =
  "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n";
const EMPTY = "HTTP/1.1 204 No Content\r\nx: y\r\n\r\n";
const OLD = "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok";
const ANSWERS = [FIXED, CHUNKED, UNTIL_CLOSE, INFORMED, EMPTY, OLD] as const;

describe("an answer", () => {
  test("of a length is over with its last byte, and what follows is not its own", () => {
    expect(read(`${FIXED}HTTP/1.1 200 OK`)).toEqual({
      reading: {
        status: 200,
        reason: "Fine \u00e9",
        headers: ["X-A", "1", "x-a", "2", "Content-Length", "5"],
        body: "hello",
        trailers: [],
      },
      informed: [],
      isPersistent: true,
      size: FIXED.length,
    });
  });

  test("in chunks is over with its trailers", () => {
    expect(read(CHUNKED)).toMatchObject({
      reading: { body: "abc0123456789", trailers: ["X", "1", "x", "2"] },
      isPersistent: true,
    });
  });

  test("without either ends with its connection", () => {
    expect(read(UNTIL_CLOSE)).toMatchObject({
      reading: { reason: "", body: "all that comes" },
      isPersistent: false,
    });
  });

  test("comes after those that only inform", () => {
    expect(read(INFORMED)).toMatchObject({ reading: { status: 404 }, informed: [103, 102] });
  });

  test.each([
    ["HEAD", FIXED.slice(0, -5), true],
    ["HEAD in chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", true],
    ["204", "HTTP/1.1 204 No\r\ncontent-length: 5\r\n\r\n", false],
    ["304", "HTTP/1.1 304 Not\r\ncontent-length: 5\r\n\r\n", false],
  ])("has no body to %s", (_, text, isHead) => {
    expect(read(text, { isHead })).toMatchObject({ reading: { body: "" }, isPersistent: true });
  });

  test.each([
    ["it says so", "HTTP/1.1 200 OK\r\nConnection: keep-alive, Close\r\ncontent-length: 0\r\n\r\n"],
    ["it is of HTTP/1.0", OLD],
  ])("is the last on its connection where %s", (_, text) => {
    expect(read(text).isPersistent).toBe(false);
  });

  test.each([
    ["in a fixed length", FIXED.slice(0, -1)],
    ["in a chunk", CHUNKED.slice(0, 90)],
    ["before the last chunk's trailers", CHUNKED.slice(0, -2)],
    ["in its head", FIXED.slice(0, 30)],
  ])("that breaks off %s is not whole", (_, text) => {
    expect(read(text).reading).toBeUndefined();
  });

  test("is read alike however it is cut", () => {
    fc.assert(
      fc.property(fc.constantFrom(...ANSWERS), fc.array(fc.nat()), (text, cuts) => {
        expect(read(text, { cuts })).toEqual(read(text));
      }),
    );
  });
});

const withHead = (lines: string): string => `HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`;
const withChunks = (chunks: string): string => withHead("Transfer-Encoding: chunked") + chunks;

describe("what could be read in two ways is no answer", () => {
  test.each([
    ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["another version", "HTTP/2.0 200 OK\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["bare line feeds", "HTTP/1.1 200 OK\ncontent-length: 0\n\n"],
    ["a bare line feed in a header", withHead("x: a\ny: b")],
    ["a bare carriage return", withHead("x: a\ry: b")],
    ["a NUL", withHead("x: \0")],
    ["a folded header", withHead("x: a\r\n b")],
    ["a blank before the colon", withHead("x : a")],
    ["an empty name", withHead(": a")],
    ["two lengths", withHead("content-length: 1\r\nContent-Length: 1")],
    ["a list of lengths", withHead("content-length: 1, 1")],
    ["a length with a sign", withHead("content-length: +1")],
    ["an empty length", withHead("content-length:")],
    ["a length beyond what a number holds", withHead("content-length: 99999999999999999999")],
    ["a length and chunks", withHead("content-length: 1\r\ntransfer-encoding: chunked")],
    ["another coding", withHead("transfer-encoding: gzip, chunked")],
    ["a coding twice", withHead("transfer-encoding: chunked\r\ntransfer-encoding: chunked")],
    ["a tab behind a coding", withHead("transfer-encoding: chunked\t")],
    ["a length among the trailers", withChunks("0\r\nContent-Length: 3\r\n\r\n")],
    ["a blank behind a chunk size", withChunks("1 ;a=b\r\na\r\n0\r\n\r\n")],
    ["a last word before the last one", "HTTP/1.1 103 Early\r\nConnection: close\r\n\r\n"],
    ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"],
    ["another protocol", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ["a chunk size with a prefix", withChunks("0x1\r\na\r\n0\r\n\r\n")],
    ["a chunk size with a sign", withChunks("+1\r\na\r\n0\r\n\r\n")],
    ["no chunk size", withChunks("\r\na")],
    ["a chunk size beyond what a number holds", withChunks("10000000000000000\r\n")],
    ["a bare line feed behind a size", withChunks("1\na\r\n0\r\n\r\n")],
    ["a chunk longer than its size", withChunks("1\r\nab\r\n0\r\n\r\n")],
    ["a trailer without a colon", withChunks("0\r\nx\r\n\r\n")],
    ["an endless head", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(140_000)}`],
    ["an endless chunk size", withChunks("0".repeat(5000))],
  ])("%s", (_, text) => {
    expect(() => read(text)).toThrow(MalformedAnswer);
  });
});

/** What a change may put into an answer: the bytes and words that its framing hangs on. */
const PIECES = [
  ..."\n,\r, ,\t,:,;,+,-,\0,\u00e9".split(","),
  ",",
  "\r\n",
  "\r\n ",
  "\r\n\r\n",
  "0\r\n",
  "chunked",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: close\r\n",
  "HTTP/1.1 100 Continue\r\n\r\n",
] as const;

/** Valid answers with something put in, taken out or written over. */
const mutated = fc
  .tuple(
    fc.constantFrom(...ANSWERS),
    fc.array(
      fc.record({
        at: fc.nat(),
        removed: fc.nat({ max: 4 }),
        put: fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([text, changes]) => {
    let changed: string = text;
    for (const { at, removed, put } of changes) {
      const from = at % changed.length;
      changed = changed.slice(0, from) + put + changed.slice(from + removed);
    }
    return changed;
  });

/** `undefined` where it is refused, or not whole. */
function readIfWhole(text: string): (Outcome & { readonly reading: Reading }) | undefined {
  try {
    const { reading, ...rest } = read(text);
    return reading && { reading, ...rest };
  } catch (error) {
    if (error instanceof MalformedAnswer) return undefined;
    throw error;
  }
}

test("whatever it takes for a whole answer, Node's parser reads in the same way", async () => {
  let whole = 0;
  await fc.assert(
    fc.asyncProperty(mutated, async (text) => {
      const outcome = readIfWhole(text);
      fc.pre(outcome !== undefined);
      whole += 1;
      expect(await readByNode(text.slice(0, outcome?.size))).toEqual(outcome?.reading);
    }),
    { numRuns: 1000, maxSkipsPerRun: 100 },
  );
  expect(whole).toBeGreaterThan(0);
});
