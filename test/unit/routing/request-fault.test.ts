import { IncomingMessage } from "node:http";
import { Socket } from "node:net";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findRequestFault } from "#routing/request-fault.ts";

function toRequest({ method = "GET", version = "1.1", headers = ["Host", "a"] }): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  request.httpVersion = version;
  request.rawHeaders = headers;
  return request;
}

describe("a request that only one reader could take for one", () => {
  test.each(["a", "a:80", "[::1]:80", "", "A-b_c.example"])('passes with the host "%s"', (host) => {
    expect(findRequestFault(toRequest({ headers: ["Host", host] }))).toBeUndefined();
  });

  test("passes chunked, in any spelling", () => {
    const headers = ["HOST", "a", "transfer-ENCODING", "Chunked"];
    expect(findRequestFault(toRequest({ headers }))).toBeUndefined();
  });
});

describe("a request that readers could differ about", () => {
  test("is refused without a Host, but in HTTP/1.0", () => {
    expect(findRequestFault(toRequest({ headers: [] }))).toBe("REQUEST_MALFORMED");
    expect(findRequestFault(toRequest({ headers: [], version: "1.0" }))).toBeUndefined();
  });

  test.each(["0.9", "2.0", "1.2", ""])('is refused for its version: "%s"', (version) => {
    expect(findRequestFault(toRequest({ version }))).toBe("REQUEST_MALFORMED");
  });

  test("is refused for anything but one chunked coding", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("chunked", "identity", "x", "", "chunked, chunked")),
        (codings) => {
          const headers = [
            "Host",
            "a",
            ...codings.flatMap((coding) => ["Transfer-Encoding", coding]),
          ];
          const isFine = codings.length === 0 || (codings.length === 1 && codings[0] === "chunked");
          expect(findRequestFault(toRequest({ headers })) === undefined).toBe(isFine);
        },
      ),
    );
  });

  test("is refused for more headers than Node keeps", () => {
    const headers = Array.from({ length: 1000 }, () => ["x", "y"]).flat();
    expect(findRequestFault(toRequest({ headers }))).toBe("HEADERS_TOO_LARGE");
  });
});
