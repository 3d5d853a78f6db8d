import { createServer } from "node:http";

import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, test } from "vitest";

import { createAuthenticator } from "#platform/auth.ts";
import { listen } from "#platform/listen.ts";
import { createManualClock } from "#support/manual-clock.ts";
import { signToken, TOKEN_SECRET } from "#support/sign-token.ts";

const clock = { now: () => 1_800_000_000_000, monotonicMs: () => 0 };
const authenticator = createAuthenticator({ jwtSecret: TOKEN_SECRET, jwksUrl: undefined, clock });
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a properly signed token gives its subject and role", async () => {
  expect(await authenticator.verifyHeader(`Bearer ${await signToken()}`)).toEqual({
    userId: "11111111-1111-4111-8111-111111111111",
    role: "authenticated",
  });
});

test("a token for several audiences is good where one of them is ours, and so is one that names none", async () => {
  for (const aud of [["other", "authenticated"], undefined]) {
    // oxlint-disable-next-line no-await-in-loop -- one token after the other
    await expect(authenticator.verifyToken(await signToken({ aud }))).resolves.toBeDefined();
  }
});

test("a token that was good is refused from its expiry on", async () => {
  const passing = createManualClock(1_800_000_000_000);
  const timed = createAuthenticator({
    jwtSecret: TOKEN_SECRET,
    jwksUrl: undefined,
    clock: passing,
  });
  const token = await signToken({ exp: 1_800_000_010 });
  await timed.verifyToken(token);
  passing.advance(9_999);
  await timed.verifyToken(token);
  passing.advance(1);
  await expect(timed.verifyToken(token)).rejects.toMatchObject({ code: "TOKEN_EXPIRED" });
});

test("a good token with another signature under it is not taken for itself", async () => {
  const token = await signToken();
  await authenticator.verifyToken(token);
  const forged = `${token.slice(0, token.lastIndexOf("."))}.${"A".repeat(43)}`;
  await expect(authenticator.verifyToken(forged)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
});

test("the role defaults to authenticated", async () => {
  const token = await signToken({ role: undefined });
  expect((await authenticator.verifyToken(token)).role).toBe("authenticated");
});

interface BadToken {
  readonly name: string;
  readonly token: () => Promise<string>;
  readonly code?: string;
}

const unsigned = `${encode({ alg: "none" })}.${encode({ sub: "u", exp: 4_102_444_800 })}.`;

async function asymmetricToken(): Promise<string> {
  const { privateKey } = await generateKeyPair("ES256");
  return new SignJWT({ sub: "u", exp: 4_102_444_800 })
    .setProtectedHeader({ alg: "ES256" })
    .sign(privateKey);
}

test.each<BadToken>([
  { name: "a forged token", token: async () => signToken({}, `other-${TOKEN_SECRET}`) },
  { name: "an unsigned token", token: async () => unsigned },
  {
    name: "an expired token",
    token: async () => signToken({ exp: 1_600_000_000 }),
    code: "TOKEN_EXPIRED",
  },
  { name: "a token without expiry", token: async () => signToken({ exp: undefined }) },
  { name: "a token from the future", token: async () => signToken({ nbf: 1_900_000_000 }) },
  { name: "a token without a subject", token: async () => signToken({ sub: undefined }) },
  { name: "a token with an empty subject", token: async () => signToken({ sub: "" }) },
  { name: "a token with a number for a subject", token: async () => signToken({ sub: 12_345 }) },
  { name: "a token for another audience", token: async () => signToken({ aud: "anon" }) },
  { name: "a token for other audiences", token: async () => signToken({ aud: ["a", "b"] }) },
  { name: "an asymmetric token without a key set", token: asymmetricToken },
  { name: "what is no token at all", token: async () => "abc.def" },
])("$name is refused", async ({ token, code = "TOKEN_INVALID" }) => {
  await expect(authenticator.verifyToken(await token())).rejects.toMatchObject({ code });
});

test.each([
  [undefined, "Authorization header missing"],
  ["Basic abc", "Authorization header missing"],
  ["Bearer abc.def", "Invalid JWT format: Not enough segments"],
  ["Bearer a.b.c", "Invalid JWT format: Invalid header padding"],
])("the header %s is answered with the legacy's words", async (header, detail) => {
  await expect(authenticator.verifyHeader(header)).rejects.toMatchObject({ detail });
});

test("an asymmetric token is verified by the key set, and a shared secret is no key for it", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }];
  await using server = createServer((_request, response) => response.end(JSON.stringify({ keys })));
  const jwksUrl = await listen(server, { host: "127.0.0.1", port: 0 });
  const withKeys = createAuthenticator({ jwtSecret: undefined, jwksUrl, clock });
  const token = await new SignJWT({ sub: "u1", exp: 4_102_444_800 })
    .setProtectedHeader({ alg: "ES256", kid: "k1" })
    .sign(privateKey);
  expect((await withKeys.verifyToken(token)).userId).toBe("u1");
  await expect(withKeys.verifyToken(await signToken())).rejects.toMatchObject({
    code: "TOKEN_INVALID",
  });
});

test("where the key set cannot be had nothing is said of a token, and when it is back the token holds", async () => {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "ES256" }];
  let isAway = true;
  await using server = createServer((_request, response) => {
    response.statusCode = isAway ? 503 : 200;
    response.end(JSON.stringify({ keys }));
  });
  const jwksUrl = await listen(server, { host: "127.0.0.1", port: 0 });
  const withKeys = createAuthenticator({ jwtSecret: undefined, jwksUrl, clock });
  const sign = async (kid: string) =>
    new SignJWT({ sub: "u1", exp: 4_102_444_800 })
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(privateKey);
  const unavailable = { code: "TOKEN_KEYS_UNAVAILABLE" };
  await expect(withKeys.verifyToken(await sign("k1"))).rejects.toMatchObject(unavailable);
  isAway = false;
  await expect(withKeys.verifyToken(await sign("k1"))).resolves.toMatchObject({ userId: "u1" });
  const invalid = { code: "TOKEN_INVALID" };
  await expect(withKeys.verifyToken(await sign("k2"))).rejects.toMatchObject(invalid);
});
