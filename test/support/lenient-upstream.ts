import { type RawServer, startRawServer } from "#support/raw-http.ts";

/** A request as some reader understood it. */
export interface Reading {
  readonly startLine: string;
  readonly body: string;
}

/** Which framing a reader believes where there are two. */
export type Preference = "transfer-encoding" | "content-length";

interface Cut {
  readonly reading: Reading;
  readonly rest: string;
}

/** Chunks by a reader that takes any line end, skips what is behind a size and knows no trailers. */
function cutChunks(text: string): { body: string; rest: string } | undefined {
  let body = "";
  let rest = text;
  for (;;) {
    const line = /^(.*?)\r?\n/.exec(rest);
    if (line === null) return undefined;
    const size = Number.parseInt(line[1] ?? "", 16) || 0;
    rest = rest.slice(line[0].length);
    if (size === 0) {
      const end = /^(?:.+\r?\n)*\r?\n/.exec(rest);
      return end === null ? undefined : { body, rest: rest.slice(end[0].length) };
    }
    if (rest.length < size + 1) return undefined;
    body += rest.slice(0, size);
    rest = rest.slice(size).replace(/^\r?\n/, "");
  }
}

/** `+5` and `0x5` are lengths to some readers; so are the digits that a value begins with. */
function toLength(text: string): number {
  const trimmed = text.trim().replace(/^\+/, "");
  return Math.max(0, Number(trimmed) || Number.parseInt(trimmed, 10) || 0);
}

/**
 * Cuts the first request off `text` as a deliberately careless server would: any line end, folded lines,
 * blanks before the colon, any coding that mentions chunks, any length that begins with digits.
 */
function cutRequest(text: string, preference: Preference): Cut | undefined {
  const headEnd = /\r?\n\r?\n/.exec(text);
  if (headEnd === null) return undefined;
  const head = text.slice(0, headEnd.index).replaceAll(/\r?\n[ \t]+/g, " ");
  const tail = text.slice(headEnd.index + headEnd[0].length);
  const [startLine = "", ...lines] = head.split(/\r\n|\n|\r/);
  const lengthLine = lines.findLast((line) => /^\s*content-length\s*:/i.test(line));
  const isChunked = lines.some((line) => /^\s*transfer-encoding\s*:.*chunk/i.test(line));
  if (isChunked && (preference === "transfer-encoding" || lengthLine === undefined)) {
    const chunks = cutChunks(tail);
    return chunks && { reading: { startLine, body: chunks.body }, rest: chunks.rest };
  }
  const size = toLength(lengthLine?.replace(/^[^:]*:/, "") ?? "");
  if (tail.length < size) return undefined;
  return { reading: { startLine, body: tail.slice(0, size) }, rest: tail.slice(size) };
}

/** All whole requests in the bytes of one connection, as a careless reader sees them. */
export function readLeniently(text: string, preference: Preference): Reading[] {
  const readings: Reading[] = [];
  let rest = text;
  for (;;) {
    const cut = cutRequest(rest.replace(/^(?:\r?\n)+/, ""), preference);
    if (cut === undefined) return readings;
    readings.push(cut.reading);
    rest = cut.rest;
  }
}

export interface LenientUpstream extends AsyncDisposable {
  readonly server: RawServer;
  /** The bytes of each connection so far, as latin1. */
  readonly connections: () => readonly string[];
}

/** Answers every request that it makes out with the start line it saw, and keeps all bytes. */
export async function startLenientUpstream(): Promise<LenientUpstream> {
  const bytes: string[] = [];
  const server = await startRawServer({
    onWire({ socket }) {
      const index = bytes.push("") - 1;
      let answered = 0;
      socket.on("data", (chunk: Buffer) => {
        bytes[index] += chunk.toString("latin1");
        const readings = readLeniently(bytes[index] ?? "", "transfer-encoding");
        for (const { startLine } of readings.slice(answered)) {
          const body = Buffer.from(startLine, "latin1");
          socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
          socket.write(body);
        }
        answered = readings.length;
      });
    },
  });
  return {
    server,
    connections: () => bytes,
    [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose](),
  };
}
