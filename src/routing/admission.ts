import type { ErrorCode } from "#platform/errors.ts";
import { findRequestFault, type RequestHead } from "#routing/request-fault.ts";

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
const WITHOUT_DELIMITERS = /^[!"$-~\u0080-\u00ff]+$/u;

/** Whether a text can stand as a request's target at all. */
export const isTarget = (text: string): boolean => WITHOUT_DELIMITERS.test(text);

export interface AdmissionRequest extends RequestHead {
  readonly url?: string | undefined;
  readonly headers: { readonly host?: string | undefined };
}

export interface AdmissionLimits {
  readonly maxUrlBytes: number;
  /** A WebSocket handshake. */
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
 * Decides whether a request may go on to either side, and with which target. The origin form goes on as it
 * is, never normalised. The absolute form is taken for what servers must take it (RFC 9112 §3.2.2), but only
 * where it names the same authority as `Host`, so that no two readers can disagree about whom it means; an
 * upgrade with one is refused (CVE-2026-44578). Pure.
 */
export function admit(
  request: AdmissionRequest,
  { maxUrlBytes, isUpgrade }: AdmissionLimits,
): Admission {
  const { url = "", method, headers } = request;
  if (url.length > maxUrlBytes) return refused("URL_TOO_LONG");
  const fault = findRequestFault(request);
  if (fault !== undefined) return refused(fault);
  if (!isTarget(url)) return refused("REQUEST_MALFORMED");
  if (url.startsWith("/")) return { kind: "admitted", target: url };
  if (isUpgrade) return refused("REQUEST_MALFORMED");
  const isStar = url === "*" && method === "OPTIONS";
  return isStar ? { kind: "admitted", target: url } : admitAbsolute(url, headers.host);
}
