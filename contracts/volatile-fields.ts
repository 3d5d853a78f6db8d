import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { VOLATILE_KINDS } from "./recordings/volatile.ts";

const schema = z.record(z.string(), z.record(z.string(), z.enum(VOLATILE_KINDS)));

/** By id of the route, and by JSON Pointer (RFC 6901) with `*` for any key or index: what is new in every answer. */
export type VolatileFields = Readonly<z.infer<typeof schema>>;

/** Reads what the recordings know of it; `folder` is `contracts` of the package. */
export function loadVolatileFields(folder: string): VolatileFields {
  return schema.parse(JSON.parse(readFileSync(join(folder, "volatile-fields.json"), "utf8")));
}
