import type { ConcernDependencies } from "#concerns/concern.ts";
import type { ReadBody } from "#contracts/validation/legacy-request.ts";
import { isDict } from "#contracts/validation/python-value.ts";
import { checkMessageSize, type MessageType } from "#pam/message-size/index.ts";
import { AppError } from "#platform/errors.ts";

/** Throws a 413 for a body over the limit of its type. Each body is counted. */
export function requireSmall(
  body: ReadBody["body"],
  type: MessageType,
  messageSizes: ConcernDependencies["messageSizes"],
): void {
  const verdict = checkMessageSize(body !== undefined && isDict(body) ? body : new Map(), type);
  messageSizes.record(verdict);
  if (verdict.kind !== "within") {
    throw new AppError("BODY_TOO_LARGE", undefined, { detail: verdict.reason });
  }
}
