import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { parseTrust } from "#platform/trust.ts";
import { toClientHeaders, toTrailers, toUpstreamHeaders } from "#routing/headers.ts";

const HOST = ["Host", "api.example"] as const;

function toUpstream(
  rawHeaders: readonly string[],
  { trust = "off", host = undefined as string | undefined } = {},
): string[] {
  return toUpstreamHeaders(rawHeaders, {
    peerAddress: "198.51.100.1",
    trust: parseTrust(trust),
    requestId: "id-1",
    host,
  });
}

const valuesOf = (headers: readonly string[], name: string): string[] =>
  headers.filter((_, at) => at % 2 === 1 && headers[at - 1]?.toLowerCase() === name);

const OURS = [
  "x-forwarded-for",
  "198.51.100.1",
  "x-forwarded-proto",
  "http",
  "x-forwarded-host",
  "api.example",
  "x-request-id",
  "id-1",
] as const;

describe("towards the upstream", () => {
  test("order, spelling and duplicates are kept, ours come last", () => {
    const headers = ["X-B", "1", ...HOST, "x-a", "2", "X-b", "3", "Cookie", "a", "cookie", "b"];
    expect(toUpstream(headers)).toEqual([...headers, ...OURS]);
  });

  test.each([
    ["Connection", "keep-alive"],
    ["Keep-Alive", "timeout=5"],
    ["Proxy-Connection", "keep-alive"],
    ["Upgrade", "h2c"],
    ["HTTP2-Settings", "AAMAAABk"],
    ["TE", "gzip, deflate;q=0.5"],
    ["Proxy-Authorization", "Basic eDp5"],
    ["X-Banyan-Override", "native"],
    ["x-banyan-admin-token", "secret"],
    ["X-BANYAN-SIDE", "native"],
    ["X-Request-Id", "of-the-client"],
  ])("%s ends here", (name, value) => {
    expect(toUpstream([...HOST, name, value])).toEqual([...HOST, ...OURS]);
  });

  test("a client that takes trailers says so upstream", () => {
    expect(valuesOf(toUpstream([...HOST, "TE", "gzip, Trailers"]), "te")).toEqual(["trailers"]);
  });

  test("what Connection names ends here, too, wherever it stands", () => {
    const headers = [
      "x-one",
      "1",
      ...HOST,
      "Connection",
      "X-One, close",
      "X-Two",
      "2",
      "connection",
      "x-two",
    ];
    expect(toUpstream(headers)).toEqual([...HOST, ...OURS]);
  });

  test.each([
    "Host",
    "Content-Length",
    "Content-Type",
    "Authorization",
    "Cookie",
    "Origin",
    "Expect",
  ])("Connection cannot take %s away", (name) => {
    const headers = toUpstream([...HOST, name, "value", "Connection", `close, ${name}`]);
    expect(valuesOf(headers, name.toLowerCase())).toContain("value");
  });

  test.each(["off", "on"])("Connection cannot take X-Forwarded-For away: %s", (trust) => {
    const nominated = "x-forwarded-for, x-forwarded-proto, x-forwarded-host, x-request-id";
    const headers = ["X-Forwarded-For", "203.0.113.9", ...HOST, "Connection", nominated];
    expect(valuesOf(toUpstream(headers, { trust }), "x-forwarded-for")).toEqual([
      trust === "on" ? "203.0.113.9, 198.51.100.1" : "198.51.100.1",
    ]);
    expect(valuesOf(toUpstream(headers, { trust }), "x-request-id")).toEqual(["id-1"]);
  });

  test("a stranger's word about itself is replaced by ours", () => {
    const claims = [
      ["X-Forwarded-For", "6.6.6.6"],
      ["x-forwarded-for", "7.7.7.7"],
      ["X-Forwarded-Proto", "https"],
      ["X-Forwarded-Host", "bank.example"],
      ["X-Forwarded-Port", "443"],
      ["X-Forwarded-Prefix", "/x"],
      ["X-Real-IP", "6.6.6.6"],
      ["CF-Connecting-IP", "6.6.6.6"],
    ].flat();
    expect(toUpstream([...claims, ...HOST])).toEqual([...HOST, ...OURS]);
  });

  test("a trusted peer's word is kept and the peer appended", () => {
    const headers = [
      HOST,
      ["X-Forwarded-For", "6.6.6.6, 203.0.113.9"],
      ["X-Forwarded-Proto", "https"],
      ["X-Forwarded-Host", "wheels.example"],
      ["CF-Connecting-IP", "203.0.113.9"],
    ].flat();
    const expected = [
      HOST,
      ["CF-Connecting-IP", "203.0.113.9"],
      ["x-forwarded-for", "6.6.6.6, 203.0.113.9, 198.51.100.1"],
      ["x-forwarded-proto", "https"],
      ["x-forwarded-host", "wheels.example"],
      ["x-request-id", "id-1"],
    ].flat();
    expect(toUpstream(headers, { trust: "on" })).toEqual(expected);
  });

  test("what lies beyond the trusted addresses does not pass: the legacy limits by the first entry", () => {
    const headers = [...HOST, "X-Forwarded-For", "6.6.6.6, 203.0.113.9"];
    const sent = toUpstream(headers, { trust: "198.51.100.0/24" });
    expect(valuesOf(sent, "x-forwarded-for")).toEqual(["203.0.113.9, 198.51.100.1"]);
  });

  test("Forwarded is kept up where the client's side speaks it", () => {
    const headers = [...HOST, "Forwarded", 'for=6.6.6.6;by="x"'];
    const own = 'for=198.51.100.1;host="api.example";proto=http';
    expect(valuesOf(toUpstream(headers), "forwarded")).toEqual([own]);
    expect(valuesOf(toUpstream(headers, { trust: "on" }), "forwarded")).toEqual([
      `for=6.6.6.6;by="x", ${own}`,
    ]);
    expect(valuesOf(toUpstream([...HOST]), "forwarded")).toEqual([]);
  });

  test("an IPv6 peer is quoted in Forwarded", () => {
    const headers = toUpstreamHeaders(["Forwarded", "for=a"], {
      peerAddress: "2001:db8::1",
      trust: parseTrust("off"),
      requestId: "id-1",
      host: undefined,
    });
    expect(valuesOf(headers, "forwarded")).toEqual(['for="[2001:db8::1]";proto=http']);
  });

  test("Host can be replaced in its place; X-Forwarded-Host tells the client's", () => {
    const headers = toUpstream(["hOST", "api.example", "X-A", "1"], { host: "legacy.internal" });
    expect(headers.slice(0, 4)).toEqual(["hOST", "legacy.internal", "X-A", "1"]);
    expect(valuesOf(headers, "x-forwarded-host")).toEqual(["api.example"]);
    expect(valuesOf(toUpstream([], { host: "legacy.internal" }), "host")).toEqual([
      "legacy.internal",
    ]);
  });

  test("framing stays with the message", () => {
    const chunked = [...HOST, "Transfer-encoding", "chunked", "Trailer", "x-sum"];
    expect(toUpstream(chunked)).toEqual([...chunked, ...OURS]);
    expect(toUpstream([...HOST, "Trailer", "x-sum"])).toEqual([...HOST, ...OURS]);
  });
});

describe("towards the client", () => {
  test("order, spelling and duplicates are kept", () => {
    const headers = [
      "server",
      "uvicorn",
      "Set-Cookie",
      "a=1",
      "server",
      "PAM-Backend",
      "set-cookie",
      "b=2",
    ];
    expect(toClientHeaders(headers)).toEqual(headers);
  });

  test("what is for our hop, or ours to say, ends here", () => {
    const headers = [
      "Connection",
      "keep-alive, x-hop",
      "Keep-Alive",
      "timeout=5",
      "X-Hop",
      "1",
      "Upgrade",
      "h2c",
    ];
    expect(
      toClientHeaders([
        ...headers,
        "Proxy-Authenticate",
        "Basic",
        "x-banyan-side",
        "native",
        "X-A",
        "1",
      ]),
    ).toEqual(["X-A", "1"]);
  });

  test("an answer that cannot be chunked does not say that it is", () => {
    const headers = ["X-A", "1", "transfer-encoding", "chunked", "trailer", "x-sum"];
    expect(toClientHeaders(headers, true)).toEqual(headers);
    expect(toClientHeaders(headers, false)).toEqual(["X-A", "1"]);
  });
});

test("trailers hold nothing that a request is decided by", () => {
  const trailers = ["X-Sum", "1", "Content-Length", "3", "host", "b", "X-Forwarded-For", "6.6.6.6"];
  expect(toTrailers([...trailers, "Authorization", "x", "x-sum", "2"])).toEqual([
    ["X-Sum", "1"],
    ["x-sum", "2"],
  ]);
});

const toLines = (headers: readonly string[]): string[] =>
  headers.flatMap((text, at) => (at % 2 === 0 ? [`${text}: ${headers[at + 1]}`] : []));

describe("whatever the headers are", () => {
  const KNOWN = [
    "connection",
    "host",
    "te",
    "x-forwarded-for",
    "forwarded",
    "trailer",
    "authorization",
    "x-a",
    "Keep-Alive",
    "X-Banyan-Override",
    "cookie",
  ];
  const name = fc.oneof(fc.constantFrom(...KNOWN), fc.stringMatching(/^[A-Za-z-]{1,12}$/));
  const value = fc.oneof(
    fc.array(fc.constantFrom(...KNOWN), { maxLength: 4 }).map((names) => names.join(", ")),
    fc.stringMatching(/^[\x20-\x7e]{0,20}$/),
  );
  const rawHeaders = fc.array(fc.tuple(name, value)).map((pairs) => pairs.flat());
  const trust = fc.constantFrom("off", "on", "2", "198.51.100.0/24");

  const NEVER = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "upgrade",
    "proxy-authorization",
    "x-banyan-override",
  ];

  test("no hop-by-hop header passes, and ours stand there once", () => {
    fc.assert(
      fc.property(rawHeaders, trust, (headers, setting) => {
        const sent = toUpstream(headers, { trust: setting });
        for (const hop of NEVER) expect(valuesOf(sent, hop)).toEqual([]);
        for (const own of ["x-forwarded-for", "x-forwarded-proto", "x-request-id"]) {
          expect(valuesOf(sent, own)).toHaveLength(1);
        }
        expect(valuesOf(sent, "x-forwarded-for")[0]).toMatch(/(^|, )198\.51\.100\.1$/);
      }),
    );
  });

  test("what is meant for the end arrives there as often and in the order it was sent", () => {
    fc.assert(
      fc.property(rawHeaders, (headers) => {
        for (const essential of ["host", "authorization", "cookie"]) {
          expect(valuesOf(toUpstream(headers), essential)).toEqual(valuesOf(headers, essential));
        }
      }),
    );
  });

  test("what passes is a part of what came, in its order", () => {
    fc.assert(
      fc.property(rawHeaders, (headers) => {
        const came = toLines(headers);
        let at = -1;
        for (const line of toLines(toClientHeaders(headers))) {
          at = came.indexOf(line, at + 1);
          expect(at).not.toBe(-1);
        }
      }),
    );
  });

  test("taking away twice takes no more than once", () => {
    fc.assert(
      fc.property(rawHeaders, (headers) => {
        const once = toClientHeaders(headers);
        expect(toClientHeaders(once)).toEqual(once);
      }),
    );
  });
});
