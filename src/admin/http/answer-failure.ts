import type { ErrorRequestHandler } from "express";

import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, toMessage } from "#platform/errors.ts";
import type { Logger } from "#platform/logger.ts";

/** Express and its body parser report with the status that they would answer; only the parser gives a `type`. */
function toKnownError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError || !("status" in error)) return error;
  if (error.status === 413) return new AppError("BODY_TOO_LARGE", error.message);
  if (!("type" in error)) return new AppError("NOT_FOUND", error.message);
  return new AppError("REQUEST_MALFORMED", error.message, { detail: "The body is no valid JSON" });
}

/** Turns whatever an admin page throws into an answer, and logs what is a defect. */
export function answerFailure(logger: Pick<Logger, "error">): ErrorRequestHandler {
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
  return (thrown: unknown, request, response, _next) => {
    const error = toKnownError(thrown);
    const answer = toErrorAnswer(error);
    if (!(error instanceof AppError)) {
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error({ path: request.path, error: toMessage(error), stack }, "An admin page failed");
    }
    if (response.headersSent) response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  };
}
