import { malformed, ProviderError, toFailure, toStreamedKind } from "./provider-error.ts";

type Class<T> = abstract new (...args: never[]) => T;

interface SdkErrorFacts {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly message: string;
  readonly type?: string | null | undefined;
}

/** The error classes of an SDK; OpenAI's and Anthropic's are generated alike. */
export interface SdkErrors {
  readonly APIError: Class<SdkErrorFacts>;
  readonly APIConnectionError: Class<Error>;
  readonly APIConnectionTimeoutError: Class<Error>;
}

/**
 * What an SDK threw while it talked to the provider. A `SyntaxError` is JSON that is none; what is no class of the
 * SDK at all comes from the socket: undici's `terminated`, for one.
 */
export function fromSdkError(error: unknown, sdk: SdkErrors, nowMs: number): ProviderError {
  if (error instanceof sdk.APIConnectionTimeoutError) {
    return new ProviderError({ kind: "timeout" }, error.message, { cause: error });
  }
  if (error instanceof SyntaxError) return malformed("The answer is no JSON", error);
  if (!(error instanceof sdk.APIError) || error instanceof sdk.APIConnectionError) {
    return new ProviderError({ kind: "network" }, String(error), { cause: error });
  }
  const { status, headers, message, type } = error;
  const failure =
    status === undefined ? { kind: toStreamedKind(type) } : toFailure({ status, headers, nowMs });
  return new ProviderError(failure, message, { cause: error });
}

/** Passes an SDK's stream on; only what the stream itself throws is translated. */
export async function* translateErrors<T>(
  stream: AsyncIterable<T>,
  translate: (error: unknown) => ProviderError,
): AsyncGenerator<T, void, void> {
  try {
    yield* stream;
  } catch (error) {
    throw translate(error);
  }
}
