import type { RawHeaders } from "#routing/upstream/upstream.ts";

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/u;
/** RFC 9110 §5.5. */
const CONTROL = /[^\t\u0020-\u007e\u0080-\u00ff]/u;

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
  let head = `${method} ${target} HTTP/1.1\r\n`;
  let hasHost = false;
  let hasTe = false;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? "";
    const value = headers[index + 1] ?? "";
    if (!TOKEN.test(name) || CONTROL.test(value)) {
      throw new TypeError("A header would change the shape of the head");
    }
    if (name.length === 4) hasHost ||= name.toLowerCase() === "host";
    else if (name.length === 2) hasTe ||= name.toLowerCase() === "te";
    head += `${name}: ${value}\r\n`;
  }
  // A client of HTTP/1.0 need not send it; this leg speaks HTTP/1.1.
  if (!hasHost) head += `Host: ${defaultHost}\r\n`;
  // RFC 9110 §10.1.4: `TE` is for this hop and says so.
  if (hasTe) head += "Connection: TE\r\n";
  return `${head}\r\n`;
}
