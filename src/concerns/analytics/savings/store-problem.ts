import { z } from "zod";

/** Classes 22 and 23 of SQLSTATE: the data is at fault, and the message speaks of nothing else. */
const dataFault = z.object({ code: z.string().regex(/^2[23]/), message: z.string() });

/** What a caller may read of why something was not stored. Everything else is for the log. */
export function toStoreProblem(error: unknown): string {
  const fault = dataFault.safeParse(error);
  return fault.success ? fault.data.message : "The database is not available";
}
