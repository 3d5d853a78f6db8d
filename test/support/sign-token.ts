import { SignJWT } from "jose";

export const TOKEN_SECRET = "a-secret-for-tests-only-0123456789abcdef";

/** A token as Supabase would sign it; `claims` may take the place of any of its defaults. */
export async function signToken(
  claims: Readonly<Record<string, unknown>> = {},
  secret = TOKEN_SECRET,
): Promise<string> {
  const payload = {
    aud: "authenticated",
    exp: 4_102_444_800,
    iat: 1_700_000_000,
    sub: "11111111-1111-4111-8111-111111111111",
    role: "authenticated",
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(secret));
}
