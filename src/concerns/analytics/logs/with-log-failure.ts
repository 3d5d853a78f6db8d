import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { toNaiveUtc } from "#platform/clock.ts";
import { AppError, toMessage } from "#platform/errors.ts";

/** A failure of a log route is answered as the legacy answers it: 500 with path and time, and no detail. */
export function withLogFailure(
  { clock, logger }: Pick<ConcernDependencies, "clock" | "logger">,
  handler: NativeHandler,
): NativeHandler {
  return async (request, response, context) => {
    try {
      await handler(request, response, context);
    } catch (error) {
      if (error instanceof AppError) throw error;
      logger.error(
        { requestId: context.requestId, error: toMessage(error) },
        "Cannot read the event log",
      );
      throw new AppError("INTERNAL", undefined, {
        cause: error,
        body: JSON.stringify({
          error: "Internal server error",
          path: request.path,
          timestamp: toNaiveUtc(clock.now()),
        }),
      });
    }
  };
}
