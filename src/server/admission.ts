import type { ErrorCode } from "#platform/errors.ts";

export interface AdmissionLimits {
  readonly maxUrlBytes: number;
}

export type Admission =
  | { readonly kind: "admitted"; readonly target: string }
  | { readonly kind: "refused"; readonly code: ErrorCode };

const refused = (code: ErrorCode): Admission => ({ kind: "refused", code });

/** Scheme and authority of an absolute-form target (RFC 9112 §3.2.2). */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]+)/iu;

/**
 * No control character, no blank, no fragment (RFC 3986 §2, RFC 9112 §3.2): a lenient reader could take one
 * for the end of the target.
 */
const WITHOUT_DELIMITERS = /^[!"$-~\u0080-\u{10ffff}]+$/u;

export interface Target {
  readonly url: string;
  readonly host: string | undefined;
  readonly isUpgrade: boolean;
}

function admitAbsolute(url: string, host: string | undefined): Admission {
  const [prefix, name] = ABSOLUTE_FORM.exec(url) ?? [];
  if (prefix === undefined || name?.toLowerCase() !== host?.toLowerCase()) {
    return refused("REQUEST_MALFORMED");
  }
  const rest = url.slice(prefix.length);
  return { kind: "admitted", target: rest.startsWith("/") ? rest : `/${rest}` };
}

/**
 * Decides whether a request target may go on, and in which form. The origin form goes on as it is, never
 * normalised. The absolute form is taken for what servers must take it (RFC 9112 §3.2.2), but only where it
 * names the same authority as `Host`, so that no two readers can disagree about whom it means; an upgrade
 * with one is refused (CVE-2026-44578). Pure.
 */
export function admit(
  { url, host, isUpgrade }: Target,
  { maxUrlBytes }: AdmissionLimits,
): Admission {
  if (url.length > maxUrlBytes) return refused("URL_TOO_LONG");
  if (!WITHOUT_DELIMITERS.test(url)) return refused("REQUEST_MALFORMED");
  if (url.startsWith("/")) return { kind: "admitted", target: url };
  if (isUpgrade) return refused("REQUEST_MALFORMED");
  return url === "*" ? { kind: "admitted", target: url } : admitAbsolute(url, host);
}
