import { z } from "zod";

import { FIELD_RULES, type FieldRule } from "#contracts/schema/fields.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

const ZOD_FORMATS: ReadonlySet<string> = new Set(["starts_with", "ends_with", "regex"]);

/** A rule in JSON Schema's words; `minLength` and `maxLength` count code points there too. */
function toKeywords(rule: FieldRule): JsonObject {
  switch (rule.type) {
    case "string": {
      const { minLength, maxLength, pattern } = rule;
      return {
        ...(minLength !== undefined && { minLength }),
        ...(maxLength !== undefined && { maxLength }),
        ...(pattern !== undefined && { pattern }),
      };
    }
    case "integer":
    case "number":
      return { ...rule };
    case "boolean":
    case "array":
    case "object":
      return {};
  }
}

/**
 * JSON Schema 2020-12 of a contract's schema: of what is sent for a request (`input`), of what is got for
 * an answer (`output`). What no JSON Schema can say, such as a refinement, is left out.
 */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...document } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const rule = FIELD_RULES.get(zodSchema);
      if (rule !== undefined) Object.assign(jsonSchema, toKeywords(rule));
      // zod's own names for its checks are no formats that anybody else knows.
      if (ZOD_FORMATS.has(jsonSchema.format ?? "")) delete jsonSchema.format;
      delete jsonSchema.propertyNames;
      // zod bounds every integer by what JavaScript can count; the contract does not.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return document;
}
