/** What the native sides know of a caller whose token was verified. */
export interface Principal {
  readonly userId: string;
  readonly role: string;
}

/** Verifies the token of a request. */
export interface Authenticator {
  /** Gives the caller of an `Authorization` header value. Throws an `AppError`: TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED. */
  verifyHeader(authorization: string | undefined): Promise<Principal>;
  /** The same for a bare token, such as a socket's query parameter. */
  verifyToken(token: string): Promise<Principal>;
}
