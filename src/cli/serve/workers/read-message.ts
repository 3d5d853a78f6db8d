import type { z } from "zod";

import type { Logger } from "#platform/logger.ts";

/**
 * A message of the other process, or `undefined` where it is none that is known; that is logged by its kind and by what
 * is wrong, because its values may be anybody's.
 */
export function readMessage<Message>(
  schema: z.ZodType<Message>,
  message: unknown,
  logger: Pick<Logger, "warn">,
): Message | undefined {
  const { data, error } = schema.safeParse(message);
  if (error !== undefined) {
    const isTold = typeof message === "object" && message !== null && "kind" in message;
    const problems = error.issues.slice(0, 3).map(({ path, code }) => `${path.join("/")}: ${code}`);
    const kind = isTold ? String(message.kind).slice(0, 40) : "none";
    logger.warn({ kind, problems }, "A message of another process was ignored");
  }
  return data;
}
