import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { loadRecordings } from "#contracts/recordings/load-recordings.ts";
import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { packageRoot } from "#platform/package-root.ts";
import { createStandIn, DEFAULT_TOKEN_SECRET } from "#stand-in/index.ts";
import { openWire, type RawMessage, valuesOf } from "#support/raw-http.ts";

const standIn = createStandIn({
  recordings: loadRecordings(join(packageRoot(), "contracts", "recordings")),
});
let port = 0;

beforeAll(async () => {
  const { url } = await standIn.listen({ host: "127.0.0.1", port: 0 });
  port = Number(url.port);
});
afterAll(async () => standIn.close());

const token = (claims: Readonly<Record<string, unknown>> = {}): string => {
  const sub = "99999999-9999-4999-8999-999999999999";
  return createTokenSigner(DEFAULT_TOKEN_SECRET)({
    header: { alg: "HS256", typ: "JWT" },
    claims: { sub, role: "authenticated", ...claims },
    signature: "other-key",
  });
};
const bearer = `Authorization: Bearer ${token()}`;

async function ask(
  start: string,
  headers: readonly string[] = [],
  body = "",
): Promise<RawMessage & { readonly origin: string | undefined }> {
  await using wire = await openWire(port);
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const lines = [`${start} HTTP/1.1`, "Host: pam.test", ...headers, ...length];
  wire.write(Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`));
  const message = await wire.read({ isBodiless: start.startsWith("HEAD") });
  return { ...message, origin: valuesOf(message, "x-banyan-stand-in")[0] };
}

const postJson = async (path: string, body: string, headers: string[] = []) =>
  ask(`POST ${path}`, ["Content-Type: application/json", ...headers], body);

describe("what no recording holds", () => {
  test("a path that is not there is 404 in the legacy's form", async () => {
    const answer = await ask("GET /api/v1/pam/no/such/thing");
    expect(answer.startLine).toBe("HTTP/1.1 404 Not Found");
    expect(answer.body).toBe('{"detail":"Not Found"}');
    expect(valuesOf(answer, "server")).toEqual(["uvicorn", "PAM-Backend"]);
    expect(answer.origin).toBe("rule");
  });

  test("a wrong method names the method of the path's first route", async () => {
    const answer = await ask("DELETE /api/v1/pam/context");
    expect(answer.startLine).toBe("HTTP/1.1 405 Method Not Allowed");
    expect(valuesOf(answer, "allow")).toEqual(["GET"]);
  });

  test("HEAD is a wrong method too, with the length of the body it does not get", async () => {
    const answer = await ask("HEAD /api/v1/pam/savings/events");
    expect(answer.startLine).toBe("HTTP/1.1 405 Method Not Allowed");
    expect(valuesOf(answer, "content-length")).toEqual(["31"]);
  });

  test("a slash too many is redirected to the Host that was asked", async () => {
    const answer = await ask("POST /api/v1/pam/cache/warm/?a=1", ["X-Forwarded-Proto: https"]);
    expect(answer.startLine).toBe("HTTP/1.1 307 Temporary Redirect");
    expect(valuesOf(answer, "location")).toEqual(["https://pam.test/api/v1/pam/cache/warm?a=1"]);
  });

  test("a preflight is answered on any path", async () => {
    const wish = [
      "Access-Control-Request-Method: PUT",
      "Access-Control-Request-Headers: X-A, range",
    ];
    const answer = await ask("OPTIONS /nowhere", ["Origin: https://evil.example", ...wish]);
    expect(answer.startLine).toBe("HTTP/1.1 400 Bad Request");
    expect(answer.body).toBe("Disallowed CORS origin, headers");
    expect(valuesOf(answer, "access-control-allow-origin")).toEqual([]);
    expect(valuesOf(answer, "access-control-max-age")).toEqual(["86400"]);
  });

  test("an answer carries the CORS headers of its own request", async () => {
    const answer = await ask("GET /api/v1/pam/history", [bearer, "Origin: http://127.0.0.1:5173"]);
    expect(valuesOf(answer, "access-control-allow-origin")).toEqual(["http://127.0.0.1:5173"]);
    expect(valuesOf(answer, "vary")).toEqual(["Origin"]);
    const other = await ask("GET /api/v1/pam/history", [bearer, "Origin: https://evil.example"]);
    expect(valuesOf(other, "access-control-allow-origin")).toEqual([]);
    expect(valuesOf(other, "access-control-allow-credentials")).toEqual(["true"]);
  });

  test("malformed JSON is told by its place, even to a caller without a token", async () => {
    const answer = await postJson("/api/v1/pam/savings/detect", '{"a": tru}');
    expect(answer.startLine).toBe("HTTP/1.1 422 Unprocessable Entity");
    expect(answer.body).toBe(
      '{"detail":[{"type":"json_invalid","loc":["body",6],"msg":"JSON decode error",' +
        '"input":{},"ctx":{"error":"Expecting value"}}]}',
    );
  });

  test("a caller without a token is refused before the fields are looked at", async () => {
    const answer = await postJson("/api/v1/pam/savings/detect", "{}");
    expect(answer.startLine).toBe("HTTP/1.1 401 Unauthorized");
    expect(valuesOf(answer, "www-authenticate")).toEqual(["Bearer"]);
    expect(answer.body).toBe('{"detail":"Authorization header missing"}');
  });

  test("wrong fields are refused in the legacy's words", async () => {
    const answer = await postJson("/api/v1/pam/chat", '{"message": ["x"]}', [bearer]);
    expect(answer.body).toBe(
      '{"detail":[{"type":"string_type","loc":["body","message"],"msg":"Input should be a valid string","input":["x"]}]}',
    );
    expect(answer.origin).toBe("rule");
  });

  test("a write outside the PAM prefix is stopped for want of a token that nobody has", async () => {
    const answer = await postJson("/api/v1/tts/synthesize", '{"text":"x"}', [bearer]);
    expect(answer.startLine).toBe("HTTP/1.1 403 Forbidden");
    expect(answer.body).toMatch(/^\{"error":"CSRF Protection",.*"request_id":"req_\d{13}_\d+"\}$/);
  });

  test("a route without a recording is not made up", async () => {
    const answer = await ask("GET /api/v1/tts/status");
    expect(answer.startLine).toBe("HTTP/1.1 501 Not Implemented");
    expect(answer.origin).toBe("none");
  });

  test("an unknown method is no HTTP to the legacy's server", async () => {
    const answer = await ask("FOO /api/v1/pam/health");
    expect(answer.startLine).toBe("HTTP/1.1 400 Bad Request");
    expect(answer.body).toBe("Invalid HTTP request received.");
  });
});

describe("a request that was not recorded gets the nearest success", () => {
  test("and is told so", async () => {
    const answer = await postJson("/api/v1/pam/chat", '{"message":"What can you do?"}', [bearer]);
    expect(answer.startLine).toBe("HTTP/1.1 200 OK");
    expect(answer.origin).toBe("nearest");
    expect(Object.keys(JSON.parse(answer.body) as object)).toHaveLength(14);
  });

  test("with what it said where the recorded answer repeats it", async () => {
    const body = '{"message":"What can you do?","session_id":"my-own-session"}';
    const answer = await postJson("/api/v1/pam/chat", body, [bearer]);
    expect(JSON.parse(answer.body)).toMatchObject({
      session_id: "my-own-session",
      conversation_id: "my-own-session",
    });
  });

  test("with new ids and its own time", async () => {
    const body = '{"message":"What can you do?"}';
    const [one, two] = [
      JSON.parse((await postJson("/api/v1/pam/chat", body, [bearer])).body) as Record<
        string,
        string
      >,
      JSON.parse((await postJson("/api/v1/pam/chat", body, [bearer])).body) as Record<
        string,
        string
      >,
    ];
    expect(one["message_id"]).not.toBe(two["message_id"]);
    expect(one["conversation_id"]).toBe(one["session_id"]);
    expect(one["timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  });

  test("with the caller's own id", async () => {
    const answer = await ask("GET /api/v1/pam/savings/recent?limit=2", [bearer]);
    expect(answer.body).toContain('"user_id":"99999999-9999-4999-8999-999999999999"');
  });
});

test("an administrator has other limits, by any claim", async () => {
  const admin = `Authorization: Bearer ${token({ is_admin: true })}`;
  const answer = await ask("GET /api/v1/pam/savings/celebrate", [admin]);
  expect(valuesOf(answer, "x-ratelimit-limit")).toEqual(["1000"]);
  expect(valuesOf(answer, "x-user-role")).toEqual(["admin"]);
});

test("a long body is compressed for who takes it", async () => {
  const path = "GET /api/v1/pam/voice-mapping-test";
  const plain = await ask(path);
  const packed = await ask(path, ["Accept-Encoding: gzip"]);
  expect(valuesOf(packed, "content-encoding")).toEqual(["gzip"]);
  expect(packed.body.length).toBeLessThan(plain.body.length);
});

test("a recording that does not exist is not made up", async () => {
  const answer = await ask("GET /api/v1/pam/health", ["x-banyan-recording: no/such"]);
  expect(answer.startLine).toBe("HTTP/1.1 501 Not Implemented");
  expect(answer.origin).toBe("none");
});

describe("a body over the limit", () => {
  test("is refused by its announced length, before it comes", async () => {
    await using wire = await openWire(port);
    wire.write("POST /api/v1/pam/chat HTTP/1.1\r\nHost: a\r\nContent-Length: 10485761\r\n\r\n");
    const answer = await wire.read();
    expect(answer.startLine).toBe("HTTP/1.1 413 Payload Too Large");
    expect(answer.body).toContain("Request size exceeds maximum allowed size of 10485760 bytes");
  });

  test("is refused by its counted length where it announces none", async () => {
    await using wire = await openWire(port);
    const chunk = `100000\r\n${"x".repeat(0x10_00_00)}\r\n`;
    wire.write("POST /api/v1/pam/chat HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    wire.write(`${chunk.repeat(11)}0\r\n\r\n`);
    const answer = await wire.read();
    expect(answer.startLine).toBe("HTTP/1.1 413 Payload Too Large");
    expect(answer.body).toContain("Request body exceeds maximum allowed size");
  });
});

test("a connection is kept, and says nothing about it", async () => {
  await using wire = await openWire(port);
  const request = "GET /api/v1/pam/health HTTP/1.1\r\nHost: a\r\n\r\n";
  wire.write(request + request);
  const answers = [await wire.read(), await wire.read()];
  expect(answers.map(({ startLine }) => startLine)).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]);
  expect(answers.flatMap((answer) => valuesOf(answer, "connection"))).toEqual([]);
});

test("a connection ends where the client wants it to", async () => {
  await using wire = await openWire(port);
  wire.write("GET /api/v1/pam/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  expect(valuesOf(await wire.read(), "connection")).toEqual(["close"]);
  expect(await wire.left).toBe("end");
});

test("a wish to upgrade to anything but a WebSocket is passed over", async () => {
  const wish = ["Connection: Upgrade", "Upgrade: h2c"];
  const answer = await ask("GET /api/v1/pam/health", wish);
  expect(answer.startLine).toBe("HTTP/1.1 200 OK");
});
