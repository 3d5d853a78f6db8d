import { z } from "zod";

import { toMessage } from "#platform/errors.ts";
import { parseTrust } from "#platform/trust.ts";

/* What values of variables look like: texts, read strictly. */

/** Decimal digits only: what JavaScript would also take for a number is more often a slip. */
const digits = z.string().regex(/^\d+$/u).transform(Number);
/** A whole number within bounds, both included. */
export const within = (minimum: number, maximum: number): z.ZodType<number, string> =>
  digits.pipe(z.number().min(minimum).max(maximum));
export const port = within(0, 65_535);
export const milliseconds = within(1, 3_600_000);
export const bytes = within(1_024, Number.MAX_SAFE_INTEGER);
export const httpUrl = z
  .url({ protocol: /^https?$/u })
  .transform((text) => new URL(text))
  // Credentials would stand in logs and in the banner.
  .refine(({ search, hash, username, password }) => search + hash + username + password === "");
export const origin = httpUrl.refine((url) => url.pathname === "/");
export const flag = z
  .enum(["true", "1", "on", "yes", "false", "0", "off", "no"])
  .transform((text) => ["true", "1", "on", "yes"].includes(text));
/** RFC 9110 §5.6.2 field content without line breaks: a value that can stand in a header. */
export const secret = z.string().regex(/^[\x21-\x7e]+$/u);
export const modelName = z.string().regex(/^[\w.:-]{1,100}$/u);
/** Separated by commas. */
export const list = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);

export const trust = z.string().transform((text, context) => {
  try {
    return parseTrust(text);
  } catch (error) {
    context.addIssue(toMessage(error));
    return z.NEVER;
  }
});
