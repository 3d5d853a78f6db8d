import { z } from "zod";

/** UTC without a zone, as Python's `isoformat()` gives it: the fraction is left out when it is zero. */
export const naiveTimestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?$/)
  .describe("UTC without a zone; the fraction is left out when it is zero");

export const calendarDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const uuid = z.guid();

export const count = z.int().min(0);

export const anything = z.looseObject({});

/** A list that is always the same. */
export const exactList = (...values: readonly string[]): z.ZodType<readonly string[]> =>
  z
    .array(z.string())
    .refine((list) => list.join() === values.join())
    .meta({ const: values });

/** As the legacy's models want it: upper case is refused. */
export const LOWER_CASE_UUID = "^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$";
