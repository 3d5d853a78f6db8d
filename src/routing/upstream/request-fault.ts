import type { IncomingMessage } from "node:http";

/** RFC 3986 §3.2.2; what else stands in a `Host` is read in different ways by different servers. */
const HOST = /^[\w.~!$&'()*+,;=:%[\]-]*$/;
/** Blanks and controls end a target for one reader and not for another. */
const TARGET = /^\/[\x21-\x7e\x80-\xff]*$/;

function findHeaderFault({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  let hosts = 0;
  let codings = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const value = rawHeaders[index + 1] ?? "";
    switch ((rawHeaders[index] ?? "").toLowerCase()) {
      case "host":
        hosts += 1;
        if (hosts > 1 || !HOST.test(value)) return "more than one Host, or none that is valid";
        break;
      case "transfer-encoding":
        codings += 1;
        if (codings > 1 || value.toLowerCase() !== "chunked") return "a coding besides chunked";
        if (httpVersion !== "1.1") return "a transfer coding before HTTP/1.1";
        break;
      default:
    }
  }
  return undefined;
}

/**
 * Why a request must not go upstream although Node's strict parser let it pass: what another reader could
 * take for another request (RFC 9112 §3.2, §6.1, §11.2). `undefined` where nothing speaks against it. Pure.
 */
export function findRequestFault(request: IncomingMessage, target: string): string | undefined {
  const { method, httpVersion } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return "another version than HTTP/1";
  const isServerWide = target === "*" && method === "OPTIONS";
  if (!isServerWide && !TARGET.test(target)) return "a target that is not in origin form";
  return findHeaderFault(request);
}
