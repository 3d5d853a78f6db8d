import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const toolSchema = z.object({
  name: z.string(),
  category: z.string(),
  access: z.string(),
  needsConfirmation: z.boolean(),
  parameters: z.record(z.string(), z.unknown()),
  resultKeys: z.array(z.string()),
});

const vectorSchema = z.object({
  message: z.string(),
  context: z
    .object({ page: z.string().optional(), current_page: z.string().optional() })
    .nullable(),
  categories: z.array(z.string()),
  non_core_selected: z.array(z.string()),
});

const read = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));

/** The 55 core tools as the legacy publishes them: parameters without their descriptions, and the keys of a success. */
export const LEGACY_TOOLS = z.array(toolSchema).parse(read("core-tools.json"));

/** What the legacy's prefilter chose for messages, with 15 places. */
export const PREFILTER_VECTORS = z.array(vectorSchema).parse(read("prefilter-vectors.json"));
