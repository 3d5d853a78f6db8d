import { isUtf8 } from "node:buffer";
import { gunzipSync } from "node:zlib";

import { maskBody, maskHeader } from "#contracts/recordings/mask.ts";
import { toBodyBytes, type HttpRecording } from "#contracts/recordings/recording.ts";
import { expandTokens, type RecordedTokens, type SignToken } from "#contracts/recordings/tokens.ts";
import { parseMessage } from "#support/raw-http.ts";

export interface RequestOptions {
  /** The `Host` header. */
  readonly host: string;
  readonly tokens: RecordedTokens;
  readonly sign: SignToken;
  /** Names and values in turn, put behind the recorded ones. */
  readonly extraHeaders?: readonly string[];
}

/** The recorded request as bytes for a socket, its tokens signed. */
export function toRequestBytes(recording: HttpRecording, options: RequestOptions): Buffer {
  const { method, target, headers, body } = recording.request;
  const expand = (text: string): string => expandTokens(text, options.tokens, options.sign);
  const bytes = body.kind === "text" ? Buffer.from(expand(body.text)) : toBodyBytes(body);
  const framing = bytes.length > 0 || method === "POST" || method === "PUT";
  const all = [
    "Host",
    options.host,
    ...headers.map(expand),
    ...(options.extraHeaders ?? []),
    ...(framing ? ["Content-Length", String(bytes.length)] : []),
  ];
  const lines = [`${method} ${expand(target)} HTTP/1.1`];
  for (let index = 0; index + 1 < all.length; index += 2) {
    lines.push(`${all[index]}: ${all[index + 1]}`);
  }
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`), bytes]);
}

/** An answer in which only what must be equal is left. */
export interface MaskedAnswer {
  readonly status: number;
  /** Names and values in turn, in order, those of the ignored names left out. */
  readonly headers: readonly string[];
  readonly body: string;
}

/**
 * Takes the volatile values out of an answer to a recorded request, so that answers can be compared with
 * the recording and with each other. `ignored` names headers in lower case that are left out.
 */
export function maskVolatile(
  recording: HttpRecording,
  answer: Buffer | string,
  ignored: readonly string[] = [],
): MaskedAnswer {
  const text = typeof answer === "string" ? answer : answer.toString("latin1");
  const isBodiless = recording.request.method === "HEAD";
  const { message } = parseMessage(text, { isBodiless }) ?? {};
  if (message === undefined) throw new TypeError(`No whole answer: ${text.slice(0, 200)}`);
  const bytes = Buffer.from(message.body, "latin1");
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return {
    status: Number(message.startLine.split(" ")[1]),
    headers: maskHeaders(recording, message.headers, ignored),
    body: maskBytes(recording, isGzip ? gunzipSync(bytes) : bytes),
  };
}

/** What an answer to the recorded request must look like once it is masked. */
export function toExpected(
  recording: HttpRecording,
  ignored: readonly string[] = [],
): MaskedAnswer {
  const { status, headers, body } = recording.response;
  return {
    status,
    headers: maskHeaders(recording, headers, ignored),
    body: body.kind === "omitted" ? "" : maskBytes(recording, toBodyBytes(body)),
  };
}

function maskHeaders(
  recording: HttpRecording,
  headers: readonly string[],
  ignored: readonly string[],
): readonly string[] {
  return headers.flatMap((name, index) => {
    if (index % 2 === 1 || ignored.includes(name.toLowerCase())) return [];
    const value = headers[index + 1] ?? "";
    // A volatile value may be of another length than the recorded one, and gzip of another size.
    const hasOpenLength = Object.keys(recording.volatile).length > 0;
    if (name === "content-length" && hasOpenLength) return [name, "<volatile>"];
    return [name, maskHeader(name, value)];
  });
}

/** A body that is no text is compared as it is. */
const maskBytes = ({ volatile }: HttpRecording, bytes: Buffer): string =>
  isUtf8(bytes) ? maskBody(bytes.toString("utf8"), volatile) : bytes.toString("base64");
