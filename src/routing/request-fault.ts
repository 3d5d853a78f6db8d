import type { IncomingMessage } from "node:http";

import type { ErrorCode } from "#platform/errors.ts";
import { createNameSieve } from "#routing/name-sieve.ts";

export type RequestHead = Pick<IncomingMessage, "method" | "httpVersion" | "rawHeaders">;

/** RFC 3986 §3.2.2; what else stands in a `Host` is read in different ways by different servers. */
const HOST = /^[\w.~!$&'()*+,;=:%[\]-]*$/;
/** As many as Node keeps: what it has dropped behind them may have been the framing. */
const MAX_HEADERS = 1000;

const mayMatter = createNameSieve(["host", "transfer-encoding"], []);

/** Other than one `Host`, one that is none, or another framing than a single `chunked`. */
function hasHeaderFault({ rawHeaders, httpVersion }: RequestHead): boolean {
  let hosts = 0;
  let codings = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (!mayMatter(name)) continue;
    const value = rawHeaders[index + 1] ?? "";
    switch (name.toLowerCase()) {
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
  // HTTP/1.0 knows no transfer codings, and who adds one to it means no good; it needs no Host either.
  const isModern = httpVersion === "1.1";
  return hosts > 1 || codings > 1 || (isModern ? hosts === 0 : codings > 0);
}

/**
 * Why a request must not go on although Node's strict parser let it pass: another reader could take it for
 * another request (RFC 9112 §3.2, §6.1, §11.2). `undefined` where nothing speaks against it. Pure.
 */
export function findRequestFault(request: RequestHead): ErrorCode | undefined {
  const { httpVersion, rawHeaders } = request;
  if (rawHeaders.length >= 2 * MAX_HEADERS) return "HEADERS_TOO_LARGE";
  const isHttp1 = httpVersion === "1.1" || httpVersion === "1.0";
  return isHttp1 && !hasHeaderFault(request) ? undefined : "REQUEST_MALFORMED";
}
