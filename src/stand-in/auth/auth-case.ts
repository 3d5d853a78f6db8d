import { decodeToken, type Claims } from "#stand-in/auth/decode-token.ts";
import type { Admission } from "#stand-in/rest/routes.ts";

/** Which of the legacy's answers to a caller's credentials applies. `unchecked`: the route looks at none. */
export type AuthCase =
  | { readonly kind: "unchecked" }
  | { readonly kind: "missing" }
  | { readonly kind: "wrong-scheme" }
  | { readonly kind: "malformed"; readonly message: string }
  | { readonly kind: "expired" }
  | { readonly kind: "no-subject" }
  | { readonly kind: "accepted"; readonly claims: Claims };

export interface TokenCheck {
  readonly secret: string;
  readonly nowSeconds: number;
}

/** Classifies the `Authorization` header of a request for a route of that admission. */
export function classifyAuthorization(
  authorization: string | undefined,
  admission: Admission,
  check: TokenCheck,
): AuthCase {
  if (admission === "open") return { kind: "unchecked" };
  const [scheme = "", ...rest] = (authorization ?? "").split(" ");
  const token = rest.join(" ").trim();
  if (token === "") return { kind: "missing" };
  if (scheme.toLowerCase() !== "bearer") {
    return { kind: admission === "debug" ? "wrong-scheme" : "missing" };
  }
  return classifyToken(token, admission === "debug" ? "always" : "if-signed", check);
}

/**
 * Classifies a bare token. The legacy refuses what does not decode and what has no subject, and accepts
 * everything else: forged, unsigned and not yet valid tokens. `expiry: "if-signed"` is its REST side, where
 * an expired token passes unless it is signed by the legacy's own key; `always` its sockets.
 */
export function classifyToken(
  token: string,
  expiry: "if-signed" | "always",
  check: TokenCheck,
): AuthCase {
  const decoded = decodeToken(token, check.secret);
  if (decoded.kind === "malformed") return decoded;
  const { claims } = decoded;
  const isChecked = expiry === "always" || (decoded.isSigned && !isEarly(claims, check.nowSeconds));
  if (isChecked && isPast(claims["exp"], check.nowSeconds)) return { kind: "expired" };
  const subject = claims["sub"];
  // Python's truth: zero and the empty text are no subject.
  if (subject === undefined || subject === null || subject === "" || subject === 0) {
    return { kind: "no-subject" };
  }
  return { kind: "accepted", claims };
}

/** PyJWT complains of `iat` and `nbf` before `exp`; the legacy then takes its unverified path. */
function isEarly(claims: Claims, nowSeconds: number): boolean {
  return [claims["iat"], claims["nbf"]].some((time) => {
    const seconds = toSeconds(time);
    return time !== undefined && (seconds === undefined || seconds > nowSeconds);
  });
}

function isPast(expiry: unknown, nowSeconds: number): boolean {
  const seconds = toSeconds(expiry);
  return seconds !== undefined && seconds <= nowSeconds;
}

/** Python's `int()` of a claim; `undefined` where that throws. */
function toSeconds(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return Math.trunc(value);
  if (typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  return undefined;
}

/** Two cases are the same where the legacy answers both in the same words. */
export function isSameCase(left: AuthCase, right: AuthCase): boolean {
  if (left.kind === "malformed" && right.kind === "malformed")
    return left.message === right.message;
  return left.kind === right.kind;
}

/** The `detail` of the legacy's 401, or `undefined` where it lets the caller in. */
export function toRefusal(auth: AuthCase): string | undefined {
  switch (auth.kind) {
    case "missing":
    case "wrong-scheme":
      return "Authorization header missing";
    case "malformed":
      return `Invalid JWT format: ${auth.message}`;
    case "expired":
      return "Token expired - please refresh";
    case "no-subject":
      return "Invalid token: missing user ID";
    case "accepted":
    case "unchecked":
      return undefined;
    default:
      return auth satisfies never;
  }
}

export function claimsOf(auth: AuthCase): Claims {
  return auth.kind === "accepted" ? auth.claims : {};
}

/** Who the legacy's limiter takes for an administrator; it believes any claim. */
export function isAdmin(claims: Claims): boolean {
  return ["admin", "administrator"].includes(String(claims["role"])) || claims["is_admin"] === true;
}
