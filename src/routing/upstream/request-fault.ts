import type { IncomingMessage } from "node:http";

import type { ErrorCode } from "#platform/errors.ts";

/** RFC 3986 §3.2.2; what else stands in a `Host` is read in different ways by different servers. */
const HOST = /^[\w.~!$&'()*+,;=:%[\]-]*$/;
/** Blanks and controls end a target for one reader and not for another. */
const TARGET = /^\/[\x21-\x7e\x80-\xff]*$/;
/** As many as Node keeps: what it has dropped behind them may have been the framing. */
const MAX_HEADERS = 1000;

/** More than one `Host`, one that is none, or another framing than a single `chunked`. */
function hasHeaderFault({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  let hosts = 0;
  let codings = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? "";
    switch ((rawHeaders[index] ?? "").toLowerCase()) {
      case "host":
        hosts += 1;
        if (!HOST.test(value)) return true;
        break;
      case "transfer-encoding":
        codings += 1;
        if (value.toLowerCase() !== "chunked") return true;
        break;
      default:
    }
  }
  // HTTP/1.0 knows no transfer codings, and who adds one to it means no good.
  return hosts > 1 || codings > 1 || (codings > 0 && httpVersion !== "1.1");
}

/**
 * Why a request must not go upstream although Node's strict parser let it pass: another reader could take
 * it for another request (RFC 9112 §3.2, §6.1, §11.2). `undefined` where nothing speaks against it. Pure.
 */
export function findRequestFault(request: IncomingMessage, target: string): ErrorCode | undefined {
  const { method, httpVersion, rawHeaders } = request;
  if (rawHeaders.length >= 2 * MAX_HEADERS) return "HEADERS_TOO_LARGE";
  const isHttp1 = httpVersion === "1.1" || httpVersion === "1.0";
  const isTarget = TARGET.test(target) || (target === "*" && method === "OPTIONS");
  return isHttp1 && isTarget && !hasHeaderFault(request) ? undefined : "REQUEST_MALFORMED";
}
