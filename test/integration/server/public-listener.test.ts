import { describe, expect, test } from "vitest";

import { openWire, startAnsweringServer, startRawServer, valuesOf } from "#support/raw-http.ts";
import { signToken } from "#support/sign-token.ts";
import { startTestListener } from "#support/test-listener.ts";
import { until } from "#support/until.ts";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const HANDSHAKE = [
  "connection: Upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
];
const get = (target: string, ...lines: string[]): string =>
  [`GET ${target} HTTP/1.1`, "host: banyan.example", ...lines, "", ""].join("\r\n");

test("a request goes to the legacy with its target as it came, an id and the client's address", async () => {
  await using upstream = await startAnsweringServer(ANSWER);
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(get("/api/v1/pam//x/../%2fhealth?a=%20&b", "X-Request-ID: not well formed"));
  const answer = await wire.read();
  expect(answer.startLine).toBe("HTTP/1.1 200 OK");
  expect(valuesOf(answer, "x-banyan-side")).toEqual(["legacy"]);
  await until(() => banyan.records.length === 1);
  expect(banyan.records[0]).toMatchObject({
    requestId: "made-id",
    path: "/api/v1/pam//x/../%2fhealth",
    decision: { side: "legacy", reason: "no-route" },
    status: 200,
    bytesOut: 5,
  });
});

test("what the upstream sees holds no operator's header, and ours exactly once", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(
    get("/x", "x-banyan-override: native", "x-banyan-admin-token: t", "x-forwarded-for: 1.2.3.4"),
  );
  const peer = await upstream.accept();
  const request = await peer.read();
  expect(valuesOf(request, "x-banyan-override")).toEqual([]);
  expect(valuesOf(request, "x-banyan-admin-token")).toEqual([]);
  expect(valuesOf(request, "x-forwarded-for")).toEqual(["127.0.0.1"]);
  expect(valuesOf(request, "x-request-id")).toEqual(["made-id"]);
  expect(valuesOf(request, "host")).toEqual(["banyan.example"]);
  peer.write(ANSWER);
  expect((await wire.read()).body).toBe("hello");
});

test("a flag sends a route to its native side, whose answer has the legacy's shape", async () => {
  await using upstream = await startAnsweringServer(ANSWER);
  await using banyan = await startTestListener({
    origin: upstream.origin,
    flags: { "pam.chat": "on", "pam.agentic": "on" },
  });
  await using wire = await openWire(banyan.port);
  wire.write(get("/api/v1/pam/%68ealth", "origin: http://localhost:8080"));
  const answer = await wire.read();
  expect(valuesOf(answer, "x-banyan-side")).toEqual(["native"]);
  expect(valuesOf(answer, "content-type")).toEqual(["application/json"]);
  expect(valuesOf(answer, "access-control-allow-origin")).toEqual(["http://localhost:8080"]);
  expect(valuesOf(answer, "x-request-id")).toEqual(["made-id"]);
  expect(JSON.parse(answer.body)).toMatchObject({ service: "PAM", claude_api: "not_configured" });
  await until(() => banyan.records.length === 1);
  expect(banyan.records[0]).toMatchObject({ status: 200, errorCode: undefined });

  wire.write(get("/api/v1/pam/agentic/capabilities"));
  const refused = await wire.read();
  expect([refused.startLine, refused.body]).toEqual([
    "HTTP/1.1 401 Unauthorized",
    '{"detail":"Authorization header missing"}',
  ]);
  expect(valuesOf(refused, "www-authenticate")).toEqual(["Bearer"]);

  wire.write(get("/api/v1/pam/agentic/capabilities", `authorization: Bearer ${await signToken()}`));
  expect(JSON.parse((await wire.read()).body)).toMatchObject({ success: true, version: "1.0" });
  expect(upstream.wires).toHaveLength(0);
});

test("a method that no row names goes to the legacy even where another method is native", async () => {
  await using upstream = await startAnsweringServer(
    "HTTP/1.1 405 Method Not Allowed\r\nallow: GET\r\ncontent-length: 0\r\n\r\n",
  );
  await using banyan = await startTestListener({
    origin: upstream.origin,
    flags: { "pam.chat": "on" },
  });
  await using wire = await openWire(banyan.port);
  wire.write("DELETE /api/v1/pam/health HTTP/1.1\r\nhost: x\r\n\r\n");
  const answer = await wire.read();
  expect(answer.startLine).toBe("HTTP/1.1 405 Method Not Allowed");
  expect(valuesOf(answer, "x-banyan-side")).toEqual(["legacy"]);
});

test.each([
  ["a target over the limit", get(`/${"x".repeat(5000)}`), 414, "URL_TOO_LONG"],
  ["a head over the limit", get("/", `x: ${"x".repeat(20_000)}`), 431, "HEADERS_TOO_LARGE"],
  ["an absolute form for another host", get("http://inside.example/"), 400, "REQUEST_MALFORMED"],
  ["an unknown method", "FOO / HTTP/1.1\r\nhost: x\r\n\r\n", 400, "REQUEST_MALFORMED"],
  ["no HTTP at all", "\x16\x03\x01\r\n\r\n", 400, "REQUEST_MALFORMED"],
])("%s is refused, seen, and never reaches the legacy", async (...[, bytes, status, code]) => {
  await using upstream = await startAnsweringServer(ANSWER);
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(bytes);
  const answer = await wire.read();
  expect(answer.startLine).toContain(` ${status} `);
  expect(valuesOf(answer, "connection")).toEqual(["close"]);
  expect(banyan.refusals).toEqual([expect.objectContaining({ code })]);
  expect(upstream.wires).toHaveLength(0);
});

test("what is pipelined behind a refused request goes nowhere", async () => {
  await using upstream = await startAnsweringServer(ANSWER);
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(get("http://inside.example/") + get("/smuggled"));
  expect((await wire.read()).startLine).toBe("HTTP/1.1 400 Bad Request");
  expect(await wire.left).toBe("end");
  expect(upstream.wires).toHaveLength(0);
});

test("bytes that are no HTTP get the legacy's own words", async () => {
  await using upstream = await startAnsweringServer(ANSWER);
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write("nonsense\r\n\r\n");
  expect((await wire.read()).body).toBe("Invalid HTTP request received.");
});

test("an absolute form that names the Host is forwarded in origin form", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(get("http://banyan.example/a//b?c"));
  const peer = await upstream.accept();
  expect((await peer.read()).startLine).toBe("GET /a//b?c HTTP/1.1");
});

test("an upgrade with an absolute form never reaches the legacy", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(get("http://banyan.example/api/v1/pam/ws/u?token=t", ...HANDSHAKE));
  expect((await wire.read()).startLine).toBe("HTTP/1.1 400 Bad Request");
  expect(upstream.wires).toHaveLength(0);
});

test("an upgrade to something else than WebSocket is an ordinary request", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(
    get(
      "/api/v1/pam/health",
      "connection: Upgrade, HTTP2-Settings",
      "upgrade: h2c",
      "http2-settings: AAMAAABk",
    ),
  );
  const peer = await upstream.accept();
  const request = await peer.read();
  expect(valuesOf(request, "upgrade")).toEqual([]);
  peer.write(ANSWER);
  expect((await wire.read()).body).toBe("hello");
});

test("with EXPOSE_SIDE off no answer says which side it is from", async () => {
  await using upstream = await startAnsweringServer(ANSWER);
  await using banyan = await startTestListener({
    origin: upstream.origin,
    exposeSide: false,
    flags: { "pam.chat": "on" },
  });
  await using wire = await openWire(banyan.port);
  for (const target of ["/x", "/api/v1/pam/health"]) {
    wire.write(get(target));
    // oxlint-disable-next-line no-await-in-loop -- one answer after the other
    expect(valuesOf(await wire.read(), "x-banyan-side")).toEqual([]);
  }
});

test("a dead legacy is a 502 in the legacy's shape, and a record of it", async () => {
  const upstream = await startRawServer();
  await upstream[Symbol.asyncDispose]();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(get("/api/v1/pam/health", "origin: http://localhost:8080", "x-request-id: mine"));
  const answer = await wire.read();
  expect(answer.startLine).toBe("HTTP/1.1 502 Bad Gateway");
  expect(valuesOf(answer, "access-control-allow-origin")).toEqual(["http://localhost:8080"]);
  expect(valuesOf(answer, "x-request-id")).toEqual(["mine"]);
  expect(JSON.parse(answer.body)).toEqual({ detail: expect.any(String) });
  expect(valuesOf(answer, "x-banyan-side")).toEqual(["legacy"]);
  await until(() => banyan.records.length === 1);
  expect(banyan.records[0]).toMatchObject({ status: 502, errorCode: "UPSTREAM_UNREACHABLE" });
});

test("a socket that is asked for while the listener drains is refused with 503", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  const drained = banyan.listener.drain(5000);
  wire.write(get("/api/v1/pam/ws/u?token=t", ...HANDSHAKE));
  expect((await wire.read()).startLine).toBe("HTTP/1.1 503 Service Unavailable");
  expect(await drained).toEqual({ cutRequests: 0, cutSockets: 0 });
  expect(upstream.wires).toHaveLength(0);
});

describe("one connection has one exchange at a time:", () => {
  test("what is malformed behind a request is answered behind its answer", async () => {
    await using upstream = await startRawServer();
    await using banyan = await startTestListener({ origin: upstream.origin });
    await using wire = await openWire(banyan.port);
    wire.write(get("/slow"));
    const peer = await upstream.accept();
    await peer.read();
    peer.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhello");
    await wire.until((text) => text.endsWith("hello"));
    wire.write("garbage\r\n\r\n");
    await until(() => banyan.refusals.length === 1);
    peer.write("world");
    expect((await wire.read()).body).toBe("helloworld");
    expect((await wire.read()).startLine).toBe("HTTP/1.1 400 Bad Request");
  });

  test("a handshake behind a request that is not answered yet breaks the connection", async () => {
    await using upstream = await startRawServer();
    await using banyan = await startTestListener({ origin: upstream.origin });
    await using wire = await openWire(banyan.port);
    wire.write(get("/slow") + get("/api/v1/pam/ws/u?token=t", ...HANDSHAKE));
    await wire.left;
    expect(wire.pending).toBe("");
    // The request itself may have reached the legacy by then; the handshake must not.
    const reached = await Promise.all(upstream.wires.map(async ({ left }) => left));
    expect(reached.length).toBeLessThan(2);
  });

  test("a client that never reads cannot fan out: past a bound its connection goes", async () => {
    await using upstream = await startRawServer();
    await using banyan = await startTestListener({ origin: upstream.origin });
    await using wire = await openWire(banyan.port);
    wire.write(get("/x").repeat(300));
    await wire.left;
    expect(upstream.wires.length).toBeLessThan(2);
  });
});

test.each([
  ["a coding that is not chunked", "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n"],
  ["a chunk size that is none", "transfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n"],
])("a body that is malformed is answered with 400: %s", async (_name, rest) => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(`POST /api/v1/pam/chat HTTP/1.1\r\nhost: x\r\n${rest}`);
  expect((await wire.read()).startLine).toBe("HTTP/1.1 400 Bad Request");
  await wire.left;
  await Promise.all(upstream.wires.map(async ({ left }) => left));
});

test.each([
  ["two hosts", ["host: inside.example"]],
  ["a body", ["content-length: 5"]],
])(
  "a handshake that readers could differ about never reaches the legacy: %s",
  async (_name, more) => {
    await using upstream = await startRawServer();
    await using banyan = await startTestListener({ origin: upstream.origin });
    await using wire = await openWire(banyan.port);
    wire.write(get("/api/v1/pam/ws/u?token=t", ...HANDSHAKE, ...more));
    expect((await wire.read()).startLine).toBe("HTTP/1.1 400 Bad Request");
    expect(upstream.wires).toHaveLength(0);
  },
);

test("a handshake in HTTP/1.0 is an ordinary request", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write(get("/api/v1/pam/ws/u?token=t", ...HANDSHAKE).replace("HTTP/1.1", "HTTP/1.0"));
  const peer = await upstream.accept();
  expect(valuesOf(await peer.read(), "upgrade")).toEqual([]);
});

test("a request without a Host is refused and counted", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write("GET / HTTP/1.1\r\n\r\n");
  expect((await wire.read()).startLine).toBe("HTTP/1.1 400 Bad Request");
  expect(banyan.refusals).toEqual([{ method: "GET", code: "REQUEST_MALFORMED" }]);
});

test("CONNECT is answered, and goes nowhere", async () => {
  await using upstream = await startRawServer();
  await using banyan = await startTestListener({ origin: upstream.origin });
  await using wire = await openWire(banyan.port);
  wire.write("CONNECT inside.example:443 HTTP/1.1\r\nhost: inside.example:443\r\n\r\n");
  expect((await wire.read()).startLine).toBe("HTTP/1.1 405 Method Not Allowed");
  expect(upstream.wires).toHaveLength(0);
});
