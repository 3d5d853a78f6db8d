import { AppError, toMessage, toNodeCode } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** Class 22 of SQLSTATE: there can be no such data, such as a row of a user whose id is no UUID. */
export const NO_SUCH_DATA = /^22/;

/** Class 42 besides: the database has no such function. */
export const NO_SUCH_FUNCTION = /^(?:22|42)/;

/** `undefined` for what the database refuses by one of these codes; throws everything else again. */
export const nothingOn =
  (codes: RegExp) =>
  (error: unknown): undefined => {
    if (!codes.test(toNodeCode(error))) throw error;
  };

export interface ReadFailure {
  /** What the client reads. */
  readonly detail: string;
  readonly requestId: string;
  readonly logger: Pick<Logger, "warn">;
}

/** The outcome of a read, or a 500: nobody may take a database that is away for one that holds nothing. */
export async function orFail<Found>(
  read: Promise<Found>,
  { detail, requestId, logger }: ReadFailure,
): Promise<Found> {
  try {
    return await read;
  } catch (cause) {
    logger.warn({ requestId, error: toMessage(cause) }, "Cannot read savings");
    throw new AppError("INTERNAL", undefined, { detail, cause });
  }
}
