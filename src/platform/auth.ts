import {
  createRemoteJWKSet,
  decodeJwt,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from "jose";

import type { Clock } from "#platform/clock.ts";
import { AppError } from "#platform/errors.ts";
import { createVerifiedTokens } from "#platform/verified-tokens.ts";

/** What the native sides know of a caller whose token was verified. */
export interface Principal {
  readonly userId: string;
  readonly role: string;
}

/**
 * Verifies tokens. Unlike the legacy it takes nothing on trust: signature, expiry, audience and subject must be
 * right. What was verified is remembered for a while, by its hash.
 */
export interface Authenticator {
  /** For the value of an `Authorization` header. Throws TOKEN_MISSING, or what `verifyToken` throws. */
  verifyHeader(authorization: string | undefined): Promise<Principal>;
  /**
   * For a bare token, such as a socket's query parameter. Throws TOKEN_INVALID or TOKEN_EXPIRED, and
   * TOKEN_KEYS_UNAVAILABLE where nothing can be said of it, because the key set cannot be had.
   */
  verifyToken(token: string): Promise<Principal>;
}

export interface AuthenticatorOptions {
  /** Verifies HS256 tokens. */
  readonly jwtSecret: string | undefined;
  /** Gives the keys of RS256 and ES256 tokens. */
  readonly jwksUrl: URL | undefined;
  readonly clock: Clock;
}

/** `Bearer <token>`: the scheme in any case, the token all that follows it, as on the legacy. */
export function bearerToken(authorization: string | undefined): string | undefined {
  const match = /^bearer (.+)$/isu.exec(authorization ?? "");
  const token = match?.[1]?.trim();
  return token === "" ? undefined : token;
}

/** The `sub` that a token claims, verified or not; `undefined` where it claims none. Never throws. */
export function claimedSubject(token: string): string | undefined {
  try {
    const { sub } = decodeJwt(token);
    return typeof sub === "string" && sub !== "" ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** PyJWT's complaint about what is no token at all: the legacy passes it on, and clients show it. */
function formatFault(token: string): string | undefined {
  const [header = "", ...rest] = token.split(".");
  if (rest.length < 2) return "Not enough segments";
  // RFC 4648 §4: the six bits of one character left over are no byte. Others than base64's are skipped.
  const length = header.replaceAll(/[^\w+/-]/gu, "").length;
  return length % 4 === 1 ? "Invalid header padding" : undefined;
}

function toAppError(error: unknown, token: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) {
    return new AppError("TOKEN_EXPIRED", undefined, { cause: error });
  }
  const fault = formatFault(token);
  const detail = fault === undefined ? "Authentication failed" : `Invalid JWT format: ${fault}`;
  return new AppError("TOKEN_INVALID", undefined, { detail, cause: error });
}

/** Whom Supabase makes a user's tokens for. */
const AUDIENCE = "authenticated";

/** RFC 7519 §4.1.3: a token that names its audiences is for nobody else. */
const isForUs = ({ aud }: JWTPayload): boolean =>
  aud === undefined || [aud].flat().includes(AUDIENCE);

/** What a key set that was read says of a token; anything else is a failure to read it. */
const isTokensFault = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/** A user whose token is good must not be told that it is not, and be logged out, while the key set is away. */
function openKeySet(url: URL): JWTVerifyGetKey {
  const keyFor = createRemoteJWKSet(url);
  return async (header, input) => {
    try {
      return await keyFor(header, input);
    } catch (error) {
      if (isTokensFault(error)) throw error;
      throw new AppError("TOKEN_KEYS_UNAVAILABLE", `The key set at ${url.host} cannot be read`, {
        cause: error,
      });
    }
  };
}

/** The only home of jose. */
export function createAuthenticator({
  jwtSecret,
  jwksUrl,
  clock,
}: AuthenticatorOptions): Authenticator {
  const secret = jwtSecret === undefined ? undefined : new TextEncoder().encode(jwtSecret);
  const remoteKeys = jwksUrl === undefined ? undefined : openKeySet(jwksUrl);
  const keyFor: JWTVerifyGetKey = async (header, input) => {
    if (header.alg === "HS256" && secret !== undefined) return secret;
    if (header.alg !== "HS256" && remoteKeys !== undefined) return remoteKeys(header, input);
    throw new AppError("TOKEN_INVALID", `No key is set for tokens signed with "${header.alg}"`);
  };

  const verified = createVerifiedTokens(clock);

  async function verifyToken(token: string): Promise<Principal> {
    const known = verified.principalOf(token);
    if (known !== undefined) return known;
    try {
      const { payload } = await jwtVerify(token, keyFor, {
        algorithms: ["HS256", "RS256", "ES256"],
        currentDate: new Date(clock.now()),
        requiredClaims: ["exp"],
      });
      const { sub, role, exp = 0 } = payload;
      if (!isForUs(payload))
        throw new AppError("TOKEN_INVALID", "The token is for another audience");
      if (typeof sub !== "string" || sub === "") {
        const detail = "Invalid token: missing user ID";
        throw new AppError("TOKEN_INVALID", undefined, { detail });
      }
      const principal = { userId: sub, role: typeof role === "string" ? role : "authenticated" };
      verified.keep(token, principal, exp);
      return principal;
    } catch (error) {
      throw toAppError(error, token);
    }
  }

  return {
    verifyToken,
    async verifyHeader(authorization) {
      const token = bearerToken(authorization);
      if (token === undefined) throw new AppError("TOKEN_MISSING");
      return verifyToken(token);
    },
  };
}
