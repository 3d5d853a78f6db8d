import { createNameSieve } from "#routing/name-sieve.ts";
import { areFieldLines } from "#routing/upstream/field-lines.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

/** Raised on bytes that are no answer of HTTP/1.1, or that two readers could read in two ways. */
export class MalformedAnswer extends Error {
  override readonly name = "MalformedAnswer";
}

/** The head of an answer, and what it says of its own end. */
export interface ParsedHead {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly rawHeaders: RawHeaders;
  /** The upstream leaves the connection open behind this answer. */
  readonly isPersistent: boolean;
  readonly isChunked: boolean;
  /** `undefined` where no length is given. */
  readonly length: number | undefined;
}

/** RFC 9112 §4; the reason may be missing with its blank, and may hold any byte but control characters. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\u0020-\u007e\u0080-\u00ff]*))?$/u;
/** As many digits as a double holds exactly. */
const LENGTH = /^\d{1,15}$/u;
/** Node's parser takes a tab behind `chunked` for a part of it, and then sees no chunks. */
const TABBED_FRAMING = /^(?:content-length|transfer-encoding):[^\r]*\t/imu;
const CLOSE = /(?:^|,)[\t ]*close[\t ]*(?:,|$)/iu;

const CRLF = "\r\n";
const TAB = 9;
const BLANK = 32;

const isBlank = (code: number): boolean => code === BLANK || code === TAB;

/** `String.trim` takes more away than the blanks of HTTP (RFC 9110 §5.6.3): in latin1 also U+00A0. */
function sliceTrimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/**
 * Names and values of header lines, each with its line end but for the last, which may be without. Throws
 * `MalformedAnswer` on what is no field line, folded ones included.
 */
export function parseFields(text: string): string[] {
  if (!areFieldLines(text)) throw new MalformedAnswer("A header is no field line");
  const fields: string[] = [];
  let at = 0;
  while (at < text.length) {
    const found = text.indexOf(CRLF, at);
    const lineEnd = found === -1 ? text.length : found;
    const colon = text.indexOf(":", at);
    fields.push(text.slice(at, colon), sliceTrimmed(text, colon + 1, lineEnd));
    at = lineEnd + CRLF.length;
  }
  return fields;
}

/** What the framing headers say, taken together. */
interface Framing {
  length: number | undefined;
  isChunked: boolean;
  isClosing: boolean;
}

function readFraming(framing: Framing, lowerName: string, value: string): void {
  if (lowerName === "content-length") {
    if (framing.length !== undefined || !LENGTH.test(value)) {
      throw new MalformedAnswer("The length is ambiguous");
    }
    framing.length = Number(value);
  } else if (lowerName === "transfer-encoding") {
    // Any other coding would have to be undone or passed on unseen; neither is for this leg.
    if (framing.isChunked || value.toLowerCase() !== "chunked") {
      throw new MalformedAnswer("The transfer coding is not chunked alone");
    }
    framing.isChunked = true;
  } else if (lowerName === "connection" && CLOSE.test(value)) framing.isClosing = true;
}

const mayFrame = createNameSieve(["content-length", "transfer-encoding", "connection"], []);

function toFraming(fields: RawHeaders): Framing {
  const framing: Framing = { length: undefined, isChunked: false, isClosing: false };
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? "";
    if (mayFrame(name)) readFraming(framing, name.toLowerCase(), fields[index + 1] ?? "");
  }
  if (framing.isChunked && framing.length !== undefined) {
    throw new MalformedAnswer("There are both a length and a transfer coding");
  }
  return framing;
}

/**
 * Reads a head, given as latin1 without the empty line that ends it. It is stricter than RFC 9112 asks: whatever
 * could mean two things is refused, where a lenient reader would choose. Throws `MalformedAnswer`. Pure.
 */
export function parseAnswerHead(text: string): ParsedHead {
  const lineEnd = text.indexOf(CRLF);
  const line = lineEnd === -1 ? text : text.slice(0, lineEnd);
  const [, minorVersion, status, reason = ""] = STATUS_LINE.exec(line) ?? [];
  if (status === undefined) throw new MalformedAnswer("The status line is none");
  if (text.includes("\t") && TABBED_FRAMING.test(text)) {
    throw new MalformedAnswer("A framing header holds a tab");
  }
  const rawHeaders = lineEnd === -1 ? [] : parseFields(text.slice(lineEnd + CRLF.length));
  const { length, isChunked, isClosing } = toFraming(rawHeaders);
  // HTTP/1.0 has no transfer coding (RFC 9112 §6.1), and its connections end with their answer.
  if (minorVersion === "0" && isChunked) throw new MalformedAnswer("HTTP/1.0 has no chunks");
  return {
    statusCode: Number(status),
    statusMessage: reason,
    rawHeaders,
    isPersistent: minorVersion === "1" && !isClosing,
    isChunked,
    length,
  };
}
