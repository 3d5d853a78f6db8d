import { describe, expect, test } from "vitest";

import { createTokenSigner } from "#contracts/recordings/sign-token.ts";
import { judgeHandshake } from "#stand-in/sockets/judge-handshake.ts";

const check = { secret: "s", nowSeconds: 1_800_000_000 };
const sign = createTokenSigner("another");
const token = (claims: Readonly<Record<string, unknown>>): string =>
  sign({ header: { alg: "HS256" }, claims, signature: "valid" });

const PATH = "/api/v1/pam/ws/me";

describe("a handshake", () => {
  test.each([
    ["for another user", `${PATH}?token=${token({ sub: "Me" })}`, "User ID mismatch"],
    ["with an empty token", `${PATH}?token=`, "Missing authentication token"],
    [
      "with an expired token, whoever signed it",
      `${PATH}?token=${token({ sub: "me", exp: 1 })}`,
      "Authentication failed: 401: Token expired - please refresh",
    ],
    [
      "with a scheme before the token",
      `${PATH}?token=Bearer%20x`,
      "Authentication failed: 401: Invalid JWT format: Not enough segments",
    ],
  ])("%s is accepted, then closed", (_, target, reason) => {
    expect(judgeHandshake(target, check)).toEqual({ kind: "refused", reason });
  });

  test.each([
    [PATH, "ws/connect-no-token"],
    [`${PATH}/?token=x`, "ws/connect-unknown-path"],
    ["/api/v1/pam/ws/a%2Fb?token=x", "ws/connect-unknown-path"],
    ["/api/v1/pam/health?token=x", "ws/connect-unknown-path"],
  ])("%s is rejected before the upgrade", (target, recording) => {
    expect(judgeHandshake(target, check)).toEqual({ kind: "rejected", recording });
  });

  test("counts the last of two tokens", () => {
    const target = `${PATH}?token=x&token=${token({ sub: "me" })}`;
    expect(judgeHandshake(target, check)).toEqual({ kind: "pam", userId: "me" });
  });

  test("of a privileged role may be for anybody", () => {
    const target = `${PATH}?token=${token({ sub: "other", role: "admin" })}`;
    expect(judgeHandshake(target, check)).toEqual({ kind: "pam", userId: "me" });
  });

  test("on the bridge needs no token", () => {
    const target = "/api/v1/pam/voice-hybrid/bridge/anybody";
    expect(judgeHandshake(target, check)).toEqual({ kind: "bridge" });
  });
});
