import { AppError, ERROR_CODES, type ErrorCode } from "#platform/errors.ts";

export interface ErrorAnswer {
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The one place where a failure becomes an answer, in the shape of the legacy's own errors:
 * `{"detail": "…"}`, compact, without a charset. A value that is no `AppError` is a defect: 500, no detail.
 */
export function toErrorAnswer(error: unknown): ErrorAnswer {
  const known = error instanceof AppError ? error : new AppError("INTERNAL");
  const { code } = known;
  const { status } = ERROR_CODES[code];
  const body = known.body ?? JSON.stringify({ detail: known.detail });
  return {
    code,
    status,
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      // RFC 9110 §11.6.1: a 401 names the scheme; the legacy does the same.
      ...(status === 401 && { "www-authenticate": "Bearer" }),
    },
    body,
  };
}
