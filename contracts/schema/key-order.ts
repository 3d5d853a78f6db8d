import { z } from "zod";

type Schema = z.core.$ZodType;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function objectFaults(schema: z.ZodObject, value: unknown, path: string): readonly string[] {
  if (!isRecord(value)) return [];
  const shape: Readonly<Record<string, Schema>> = schema.shape;
  const known = Object.keys(shape).filter((key) => key in value);
  const found = Object.keys(value).filter((key) => key in shape);
  const own = known.join() === found.join() ? [] : [path];
  const inner = Object.entries(shape).flatMap(([key, field]) =>
    key in value ? keyOrderFaults(field, value[key], `${path}/${key}`) : [],
  );
  return [...own, ...inner];
}

/**
 * JSON Pointers of the objects whose keys do not stand in the order of their schema, which is the order
 * of the wire. A value of a union is held against the members that accept it.
 */
export function keyOrderFaults(schema: Schema, value: unknown, path = ""): readonly string[] {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) {
    return keyOrderFaults(schema.unwrap(), value, path);
  }
  if (schema instanceof z.ZodObject) return objectFaults(schema, value, path);
  if (schema instanceof z.ZodUnion) {
    const options: readonly Schema[] = schema.options;
    const fitting = options.filter((option) => z.safeParse(option, value).success);
    const faults = fitting.map((option) => keyOrderFaults(option, value, path));
    return faults.find((found) => found.length === 0) ?? faults[0] ?? [];
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, index) => keyOrderFaults(schema.element, item, `${path}/${index}`));
  }
  if (schema instanceof z.ZodRecord && isRecord(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      keyOrderFaults(schema.valueType, item, `${path}/${key}`),
    );
  }
  return [];
}
