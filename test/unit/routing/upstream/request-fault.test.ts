import { IncomingMessage } from "node:http";
import { Socket } from "node:net";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findRequestFault } from "#routing/upstream/request-fault.ts";

function toRequest({ method = "GET", version = "1.1", headers = ["Host", "a"] }): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = method;
  request.httpVersion = version;
  request.rawHeaders = headers;
  return request;
}

describe("a request that only one reader could take for one", () => {
  test.each([["/"], ["//"], ["/a/../b;c?d?#e"], ["/%2F%0d%0a"], ["/\u00e9"]])(
    "passes with the target %s",
    (target) => {
      expect(findRequestFault(toRequest({}), target)).toBeUndefined();
    },
  );

  test.each(["a", "a:80", "[::1]:80", "", "A-b_c.example"])('passes with the host "%s"', (host) => {
    expect(findRequestFault(toRequest({ headers: ["Host", host] }), "/")).toBeUndefined();
  });

  test("passes with a star where the whole server is meant", () => {
    expect(findRequestFault(toRequest({ method: "OPTIONS" }), "*")).toBeUndefined();
  });

  test("passes chunked, in any spelling", () => {
    const headers = ["HOST", "a", "transfer-ENCODING", "Chunked"];
    expect(findRequestFault(toRequest({ headers }), "/")).toBeUndefined();
  });
});

describe("a request that readers could differ about", () => {
  test.each(
    [["", "*", "a", "http://a/", "/a b", "/a\tb", "/a\r\nb", "/a\u0000", "/\u0100"]].flat(),
  )("is refused for its target: %j", (target) => {
    expect(findRequestFault(toRequest({}), target)).toBe("REQUEST_MALFORMED");
  });

  test.each(["0.9", "2.0", "1.2", ""])('is refused for its version: "%s"', (version) => {
    expect(findRequestFault(toRequest({ version }), "/")).toBe("REQUEST_MALFORMED");
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
          expect(findRequestFault(toRequest({ headers }), "/") === undefined).toBe(isFine);
        },
      ),
    );
  });

  test("is refused for more headers than Node keeps", () => {
    const headers = Array.from({ length: 1000 }, () => ["x", "y"]).flat();
    expect(findRequestFault(toRequest({ headers }), "/")).toBe("HEADERS_TOO_LARGE");
  });
});
