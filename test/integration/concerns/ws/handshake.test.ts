import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { AppError } from "#platform/errors.ts";
import { openRaw, toPamSocket, USER_ID } from "#support/pam-socket.ts";
import { signToken } from "#support/sign-token.ts";
import { startTestListener, type TestListener } from "#support/test-listener.ts";
import { OPCODE, toCloseCode, WebSocketPeer } from "#support/websocket-peer.ts";

const PATH = `/api/v1/pam/ws/${USER_ID}`;

let listener: TestListener;

beforeEach(async () => {
  listener = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
  });
});
afterEach(async () => {
  await listener[Symbol.asyncDispose]();
});

const toPart = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const CLAIMS = { sub: USER_ID, exp: 4_102_444_800, role: "authenticated" };
const UNSIGNED = `${toPart({ alg: "none" })}.${toPart(CLAIMS)}.`;
const INVALID = "4001 Invalid authentication token";

const endOf = async (token: string, userId = USER_ID): Promise<string> =>
  toPamSocket(await openRaw(listener, { token, userId })).end();

describe("a token that is not the user's is let in and then closed on", () => {
  test.each([
    ["none", async () => "", "4001 Missing authentication token"],
    ["no token at all", async () => "x", /^4001 Authentication failed: 401: Invalid JWT format: /u],
    ["another key's", async () => signToken({}, "another-key-0123456789abcdef01234567"), INVALID],
    ["an unsigned one", async () => UNSIGNED, INVALID],
    ["one of the future", async () => signToken({ nbf: 4_102_444_790 }), INVALID],
    ["one for ever", async () => signToken({ exp: undefined }), INVALID],
    [
      "an old one",
      async () => signToken({ exp: 1_600_000_000 }),
      "4001 Authentication failed: 401: Token expired - please refresh",
    ],
    [
      "nobody's",
      async () => signToken({ sub: undefined }),
      "4001 Authentication failed: 401: Invalid token: missing user ID",
    ],
    ["another user's", async () => signToken({ sub: "somebody" }), "4001 User ID mismatch"],
  ])("%s", async (_, token, end) => {
    expect(await endOf(await token())).toMatch(end);
  });

  test("in another case of the user's name, too", async () => {
    expect(await endOf(await signToken({ sub: "Default" }), "default")).toBe(
      "4001 User ID mismatch",
    );
  });
});

test("while tokens cannot be verified a socket is closed as by a failure, so that nobody gives a token up", async () => {
  await using away = await startTestListener({
    origin: new URL("http://127.0.0.1:1"),
    flags: { "pam.ws": "on" },
    dependencies: {
      authenticator: {
        verifyHeader: async () => Promise.reject(new AppError("TOKEN_KEYS_UNAVAILABLE")),
        verifyToken: async () => Promise.reject(new AppError("TOKEN_KEYS_UNAVAILABLE")),
      },
    },
  });
  const socket = toPamSocket(await openRaw(away, { token: await signToken() }));
  expect(await socket.end()).toBe("1011 Tokens cannot be verified at the moment");
});

test("an administrator's token opens any user's socket", async () => {
  const token = await signToken({ sub: "admin", role: "service_role" });
  const socket = toPamSocket(await openRaw(listener, { token }));
  expect(await socket.frame()).toMatchObject({ type: "connection" });
});

test("any text can be a user, and the last of two tokens counts", async () => {
  const token = await signToken({ sub: "a/b ü" });
  const socket = toPamSocket(await openRaw(listener, { token: `x&token=${token}`, userId: "a b" }));
  expect(await socket.end()).toBe("4001 User ID mismatch");
});

test("without a token there is no socket, and the refusal says which side it is of", async () => {
  const { peer, head } = await WebSocketPeer.open(listener.port, PATH);
  await using _ = peer;
  expect(head.split("\r\n")).toEqual([
    "HTTP/1.1 500 Internal Server Error",
    "content-type: text/plain; charset=utf-8",
    "content-length: 21",
    "x-banyan-side: native",
    "x-request-id: made-id",
    "connection: close",
    "",
    "",
  ]);
  expect(String(await peer.rest())).toBe("Internal Server Error");
});

test("a handshake that is none is refused", async () => {
  const peer = await WebSocketPeer.connect(listener.port);
  await using _ = peer;
  const token = await signToken();
  peer.socket.write(
    `GET ${PATH}?token=${token} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n`,
  );
  expect(await peer.head()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/u);
  expect(String(await peer.rest())).toContain("Sec-WebSocket-Key");
});

test("the greeting comes in one flush with the answer, which names side and request", async () => {
  const token = await signToken();
  const peer = await WebSocketPeer.connect(listener.port);
  await using _ = peer;
  let flushes = 0;
  peer.socket.on("data", () => (flushes += 1));
  peer.socket.write(
    `GET ${PATH}?token=${token} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: pam\r\n\r\n`,
  );
  const head = await peer.head();
  const greeting = await peer.frame();
  expect(flushes).toBe(1);
  expect(String(greeting.payload)).toMatch(
    /^\{"type": "connection", "status": "connected", "message": "🤖 PAM is ready to assist you with enhanced profile access!", "timestamp": "[\d\-T:.]+", "profile_integration": "enabled"\}$/u,
  );
  expect(head).toContain("\r\nx-banyan-side: native\r\nx-request-id: made-id\r\n");
  expect(head.toLowerCase()).not.toContain("sec-websocket-extensions");
  expect(head.toLowerCase()).not.toContain("sec-websocket-protocol");
});

test("a token that is refused ends the socket in one flush with the answer, and nothing is said before", async () => {
  const { peer } = await WebSocketPeer.open(listener.port, `${PATH}?token=x`);
  await using _ = peer;
  const frame = await peer.frame();
  expect(frame.opcode).toBe(OPCODE.close);
  expect(toCloseCode(frame)).toBe(4001);
});

test("a client that leaves in the middle of its handshake leaves nothing behind", async () => {
  const peer = await WebSocketPeer.connect(listener.port);
  const token = await signToken();
  peer.socket.write(
    `GET ${PATH}?token=${token} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  );
  peer.socket.resetAndDestroy();
  const next = toPamSocket(await openRaw(listener));
  expect(await next.frame()).toMatchObject({ type: "connection" });
});
