import { MalformedAnswer, parseFields } from "#routing/upstream/answer-head.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

/**
 * RFC 9112 §7.1: a size of up to 13 hexadecimal digits, which a double holds exactly. Extensions are skipped, and are
 * tokens here, with a token for a value: quoted ones, which readers take in different ways, no server sends.
 */
const SIZE_LINE = /^([\da-f]{1,13})(?:;[!#$%&'*+.^_`|~\w-]+(?:=[!#$%&'*+.^_`|~\w-]+)?)*$/iu;
const MAX_SIZE_LINE = 4096;
const MAX_TRAILER_BYTES = 131_072;
const LF = 10;

type State = "size" | "data" | "data-end" | "trailers" | "done";

const FRAMING = /^(?:content-length|transfer-encoding)$/iu;

/** Throws on framing, too: behind a body it is too late for it, and not every reader sees that. */
function parseTrailers(text: string): RawHeaders {
  const trailers = parseFields(text);
  if (trailers.some((name, at) => at % 2 === 0 && FRAMING.test(name))) {
    throw new MalformedAnswer("Framing stands among the trailers");
  }
  return trailers;
}

/** Takes chunk framing off a body that comes in pieces cut anywhere. */
export class ChunkReader {
  #state: State = "size";
  #left = 0;
  /** The beginning of a line whose end has not come yet. */
  #line = "";
  #trailerText = "";
  #trailers: RawHeaders = [];
  readonly #onData: (view: Buffer) => void;

  /** `onData` gets views into what was given to `read`. */
  constructor(onData: (view: Buffer) => void) {
    this.#onData = onData;
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  get trailers(): RawHeaders {
    return this.#trailers;
  }

  /** Gives where in `bytes` the body ended, or their length where it goes on. Throws `MalformedAnswer`. */
  read(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && this.#state !== "done") {
      at = this.#state === "data" ? this.#readData(bytes, at) : this.#readLine(bytes, at);
    }
    return at;
  }

  #readData(bytes: Buffer, from: number): number {
    const end = Math.min(bytes.length, from + this.#left);
    this.#left -= end - from;
    if (this.#left === 0) this.#state = "data-end";
    this.#onData(bytes.subarray(from, end));
    return end;
  }

  #readLine(bytes: Buffer, from: number): number {
    const found = bytes.indexOf(LF, from);
    const end = found === -1 ? bytes.length : found + 1;
    this.#line += bytes.toString("latin1", from, end);
    const limit = this.#state === "trailers" ? MAX_TRAILER_BYTES : MAX_SIZE_LINE;
    if (this.#line.length + this.#trailerText.length > limit) {
      throw new MalformedAnswer("A chunk's framing is too long");
    }
    if (found === -1) return end;
    if (!this.#line.endsWith("\r\n")) throw new MalformedAnswer("A line ends in a bare line feed");
    const line = this.#line.slice(0, -2);
    this.#line = "";
    this.#take(line);
    return end;
  }

  #take(line: string): void {
    if (this.#state === "size") {
      const size = SIZE_LINE.exec(line)?.[1];
      if (size === undefined) throw new MalformedAnswer("A chunk's size is none");
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailers" : "data";
    } else if (this.#state === "data-end") {
      if (line !== "") throw new MalformedAnswer("A chunk is longer than its size");
      this.#state = "size";
    } else if (line === "") {
      this.#trailers = parseTrailers(this.#trailerText);
      this.#state = "done";
    } else this.#trailerText += `${line}\r\n`;
  }
}
