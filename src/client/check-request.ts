import type { z } from "zod";

import { PamClientError } from "./pam-client-error.ts";

/** The same body, as it is. Throws `invalid-request` for what does not hold its contract: the backend would refuse it. */
export function checkRequest<Body>(contract: z.ZodType, body: Body): Body {
  const { error } = contract.safeParse(body);
  if (error === undefined) return body;
  const issues = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw new PamClientError({ kind: "invalid-request", issues }, { mayHaveArrived: false });
}
