import { areFieldLines, countLines } from "#routing/upstream/field-lines.ts";
import type { RawHeaders } from "#routing/upstream/upstream.ts";

export interface RequestHead {
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
}

/**
 * Writes a head for the wire, in latin1, with its headers exactly as given. Throws `TypeError` on characters that
 * would change its shape.
 */
export function encodeRequestHead(
  { method, target, headers }: RequestHead,
  defaultHost: string,
): string {
  let lines = "";
  let hasHost = false;
  let hasTe = false;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? "";
    if (name.length === 4) hasHost ||= name.toLowerCase() === "host";
    else if (name.length === 2) hasTe ||= name.toLowerCase() === "te";
    lines += `${name}: ${headers[index + 1] ?? ""}\r\n`;
  }
  // A line end within a value would make one line more.
  if (!areFieldLines(lines) || countLines(lines) * 2 !== headers.length) {
    throw new TypeError("A header would change the shape of the head");
  }
  // A client of HTTP/1.0 need not send it; this leg speaks HTTP/1.1.
  if (!hasHost) lines += `Host: ${defaultHost}\r\n`;
  // RFC 9110 §10.1.4: `TE` is for this hop and says so.
  if (hasTe) lines += "Connection: TE\r\n";
  return `${method} ${target} HTTP/1.1\r\n${lines}\r\n`;
}
