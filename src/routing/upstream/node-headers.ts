const LENGTH = "content-length";
const DISPOSITION = "content-disposition";

/**
 * Readies pairs for Node, in place, so that every byte comes out as it stands here. Node takes the value of a
 * `Content-Disposition` that stands behind a `Content-Length` for UTF-8 and writes it as latin1
 * (nodejs/node#46528): what is encoded once more before arrives unchanged. The tests fail when Node stops.
 */
export function toNodeHeaders(headers: string[]): string[] {
  let isBehindLength = false;
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const value = headers[at + 1] ?? "";
    if (name.length === LENGTH.length && name.toLowerCase() === LENGTH) {
      isBehindLength = Number(value) > 0;
    } else if (isBehindLength && name.length === DISPOSITION.length) {
      if (name.toLowerCase() === DISPOSITION)
        headers[at + 1] = Buffer.from(value).toString("latin1");
    }
  }
  return headers;
}
