import { z } from "zod";

import type { Answer } from "#contracts/contract.ts";
import { json } from "#contracts/schema/answers.ts";

const csrfBody = z.strictObject({
  error: z.literal("CSRF Protection"),
  message: z.literal("Request blocked due to CSRF protection"),
  details: z.literal("Missing or invalid CSRF token"),
  request_id: z.string(),
});

/**
 * 403 of every route outside `/api/v1/pam` that writes: the legacy wants a token there that it gives to
 * nobody, and looks at it before anything else. No request has ever passed.
 */
export const CSRF_BLOCKED: readonly Answer[] = [json(csrfBody, "Always, to any client")];
