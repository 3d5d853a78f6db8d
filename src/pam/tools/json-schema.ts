import { z } from "zod";

/** JSON Schema of a tool's arguments, as all providers take it. Always an object. */
export interface JsonSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required: readonly string[];
}

export type PropertySchema = Readonly<Record<string, unknown>>;

const objectSchema = z.object({
  type: z.literal("object"),
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).default([]),
});

/**
 * The published form of a schema. Bounds that zod adds of its own to whole numbers are left out; finer rules
 * are refinements, which validate and do not show: published parameters equal the legacy's.
 */
export function toParameters(schema: z.ZodObject): JsonSchema {
  const published = z.toJSONSchema(schema, {
    io: "input",
    override({ jsonSchema }) {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return objectSchema.parse(published);
}
