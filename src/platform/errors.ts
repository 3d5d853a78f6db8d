/**
 * Every failure Banyan knows by name: the HTTP status it is answered with and the sentence a client
 * may read. `platform/error-answer.ts` is the only reader that turns a row into an answer.
 */
export const ERROR_CODES = {
  REQUEST_MALFORMED: { status: 400, text: "The request is malformed" },
  REQUEST_INVALID: { status: 422, text: "The request does not hold its contract" },
  TOKEN_MISSING: { status: 401, text: "Authorization header missing" },
  TOKEN_INVALID: { status: 401, text: "Authentication failed" },
  TOKEN_EXPIRED: { status: 401, text: "Token expired - please refresh" },
  FORBIDDEN: { status: 403, text: "Forbidden" },
  NOT_FOUND: { status: 404, text: "Not Found" },
  METHOD_NOT_ALLOWED: { status: 405, text: "Method Not Allowed" },
  REQUEST_TIMEOUT: { status: 408, text: "The request was not completed in time" },
  BODY_TOO_LARGE: { status: 413, text: "The request body is too large" },
  URL_TOO_LONG: { status: 414, text: "The request target is too long" },
  HEADERS_TOO_LARGE: { status: 431, text: "The request headers are too large" },
  INTERNAL: { status: 500, text: "Internal Server Error" },
  UPSTREAM_UNREACHABLE: { status: 502, text: "The upstream server cannot be reached" },
  UPSTREAM_RESET: { status: 502, text: "The upstream server closed the connection early" },
  UPSTREAM_MALFORMED: { status: 502, text: "The upstream server sent a malformed answer" },
  TOKEN_KEYS_UNAVAILABLE: { status: 503, text: "Tokens cannot be verified at the moment" },
  LEDGER_UNAVAILABLE: { status: 503, text: "The ledger cannot be written at the moment" },
  DRAINING: { status: 503, text: "The server is shutting down" },
  UPSTREAM_CONNECT_TIMEOUT: { status: 504, text: "The upstream server did not accept in time" },
  UPSTREAM_TIMEOUT: { status: 504, text: "The upstream server did not answer in time" },
  CONFIGURATION_INVALID: { status: 500, text: "The configuration is invalid" },
  FLAG_NOT_CHANGED: { status: 502, text: "The flag was not changed at its source" },
  FLAGS_INVALID: { status: 500, text: "The flags file is invalid" },
  RECORDING_INVALID: { status: 500, text: "A recording is invalid" },
  CONTRACT_INVALID: { status: 500, text: "A contract file is invalid" },
  WORKERS_FAILED: { status: 500, text: "The worker processes cannot run" },
  ADDRESS_IN_USE: { status: 500, text: "The address cannot be listened on" },
} as const satisfies Record<string, { status: number; text: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface AppErrorOptions extends ErrorOptions {
  /** What the client reads instead of the code's own sentence; never holds anything internal. */
  readonly detail?: string;
  /** A whole JSON body in place of `{"detail": …}`, for answers whose exact bytes are the contract's. */
  readonly body?: string;
}

/** A failure with a name. `message` is for operators; a client reads `detail`, or `body` where there is one. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly body: string | undefined;

  constructor(
    code: ErrorCode,
    message?: string,
    { detail, body, ...options }: AppErrorOptions = {},
  ) {
    super(message ?? detail ?? ERROR_CODES[code].text, options);
    this.code = code;
    this.detail = detail ?? ERROR_CODES[code].text;
    this.body = body;
  }
}

/** The text of anything thrown: libraries throw strings and plain objects too. */
export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Node's `code` (`ECONNREFUSED`, `ERR_…`) of a thrown value, or "" where it has none. */
export function toNodeCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
