import {
  MalformedAnswer,
  parseAnswerHead,
  type ParsedHead,
} from "#routing/upstream/answer-head.ts";
import { ChunkReader } from "#routing/upstream/chunk-reader.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

const HEAD_END = "\r\n\r\n";
const NO_TRAILERS: RawHeaders = [];
const BEGINNING = "HTTP/1.";
const BARE_LINE_FEED = /(?:^|[^\r])\n/u;
/** Node's own limit is 16 KiB, and the legacy knows none. */
const MAX_HEAD_BYTES = 131_072;

/** Gets an answer in its parts and in their order. */
export interface AnswerListener {
  /** A 1xx answer before the final one (RFC 9110 §15.2). */
  onInformation(head: ParsedHead): void;
  onHead(head: ParsedHead): void;
  /** A view into what was read: good until this returns. */
  onBody(view: Buffer): void;
  onEnd(trailers: RawHeaders): void;
}

/**
 * How a body ends (RFC 9112 §6.3). `close`: with the connection, which is the one way in which a lost
 * connection cannot be told from an end.
 */
type Body =
  | { readonly kind: "length"; left: number }
  | { readonly kind: "chunks"; readonly reader: ChunkReader }
  | { readonly kind: "close" };

const UNTIL_CLOSE: Body = { kind: "close" };

/** Reads the answer to one request from pieces cut anywhere. */
export class AnswerReader {
  readonly #listener: AnswerListener;
  readonly #isBodiless: boolean;
  #text = "";
  #body: Body | undefined;
  #isPersistent = false;
  #isDone = false;

  /** `isHeadRequest`: the answer to a HEAD has no body, whatever its head says. */
  constructor(listener: AnswerListener, isHeadRequest: boolean) {
    this.#listener = listener;
    this.#isBodiless = isHeadRequest;
  }

  /** The whole answer has come, and the listener has it. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** True when the answer has come and the next one may follow on the same connection. */
  get isPersistent(): boolean {
    return this.#isDone && this.#isPersistent;
  }

  /** Gives how many of the bytes were of this answer. Throws `MalformedAnswer`. */
  read(bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length && !this.#isDone) {
      const body = this.#body;
      at = body === undefined ? this.#readHead(bytes, at) : this.#readBody(body, bytes, at);
    }
    return at;
  }

  /** The connection ended. False where that breaks the answer off. */
  end(): boolean {
    if (this.#isDone) return true;
    if (this.#body?.kind !== "close") return false;
    this.#finish(NO_TRAILERS);
    return true;
  }

  #readHead(bytes: Buffer, from: number): number {
    const known = this.#text.length;
    // All but a few heads come in one piece, and end in it.
    const end = known === 0 ? bytes.indexOf(HEAD_END, from, "latin1") : -1;
    if (end !== -1) {
      this.#takeHead(bytes.toString("latin1", from, end));
      return end + HEAD_END.length;
    }
    this.#text += bytes.toString("latin1", from);
    const found = this.#text.indexOf(HEAD_END, Math.max(0, known - HEAD_END.length));
    if (found !== -1) {
      const text = this.#text.slice(0, found);
      this.#text = "";
      this.#takeHead(text);
      return from + found + HEAD_END.length - known;
    }
    this.#checkUnfinished();
    return bytes.length;
  }

  /** What will never become a head is not waited for. */
  #checkUnfinished(): void {
    const text = this.#text;
    const isOther = !text.startsWith(BEGINNING) && !BEGINNING.startsWith(text);
    if (isOther || BARE_LINE_FEED.test(text)) throw new MalformedAnswer("This is no answer");
    if (text.length > MAX_HEAD_BYTES) throw new MalformedAnswer("The head is too large");
  }

  #takeHead(text: string): void {
    if (text.length > MAX_HEAD_BYTES) throw new MalformedAnswer("The head is too large");
    const head = parseAnswerHead(text);
    const { statusCode } = head;
    // Nobody has asked for another protocol.
    if (statusCode === 101) throw new MalformedAnswer("A switch of protocols was not asked for");
    if (statusCode < 200) {
      if (!head.isPersistent) throw new MalformedAnswer("Nothing can follow what was announced");
      this.#listener.onInformation(head);
      return;
    }
    this.#isPersistent = head.isPersistent;
    const body = this.#toBody(head);
    this.#body = body;
    this.#listener.onHead(head);
    if (body.kind === "length" && body.left === 0) this.#finish(NO_TRAILERS);
  }

  #toBody({ statusCode, isChunked, length }: ParsedHead): Body {
    if (this.#isBodiless || statusCode === 204 || statusCode === 304) {
      return { kind: "length", left: 0 };
    }
    if (isChunked) {
      return { kind: "chunks", reader: new ChunkReader((view) => this.#listener.onBody(view)) };
    }
    if (length !== undefined) return { kind: "length", left: length };
    this.#isPersistent = false;
    return UNTIL_CLOSE;
  }

  #readBody(body: Body, bytes: Buffer, from: number): number {
    switch (body.kind) {
      case "chunks": {
        const end = body.reader.read(bytes, from);
        if (body.reader.isDone) this.#finish(body.reader.trailers);
        return end;
      }
      case "length": {
        const end = Math.min(bytes.length, from + body.left);
        body.left -= end - from;
        this.#listener.onBody(bytes.subarray(from, end));
        if (body.left === 0) this.#finish(NO_TRAILERS);
        return end;
      }
      case "close":
        this.#listener.onBody(bytes.subarray(from));
        return bytes.length;
    }
  }

  #finish(trailers: RawHeaders): void {
    this.#isDone = true;
    this.#listener.onEnd(trailers);
  }
}
