import { z } from "zod";

import { AppError } from "#platform/errors.ts";
import { fileDocumentSchema } from "#platform/flags/check-flags.ts";
import {
  flagSchema,
  segmentSchema,
  type FlagDefinition,
  type FlagsDocument,
} from "#platform/flags/flags-document.ts";
import { explainJson, findField } from "#platform/flags/json-position.ts";

/** How many faults of one document are told at once. */
const MAX_FAULTS = 5;

type Issue = z.core.$ZodIssue;

const toFieldPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "") || "the document";

const toFault = ({ path, message }: Issue): string =>
  `${toFieldPath(path)}: ${message.replace(/^Invalid input: /, "")}`;

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("FLAGS_INVALID", `Cannot read the flags as JSON: ${explainJson(text)}`, {
      cause: error,
    });
  }
}

/**
 * Reads a flags file: the JSON of Unleash's `GET /api/client/features`. Throws `AppError` FLAGS_INVALID whose
 * message names line and column, and the field for what is JSON but no flags document.
 */
export function parseFlagsDocument(text: string): FlagsDocument {
  // Some editors put a byte order mark first, which JSON does not know.
  const json = text.replace(/^\uFEFF/, "");
  const parsed = fileDocumentSchema.safeParse(toJson(json));
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const faults = issues
    .slice(0, MAX_FAULTS)
    .map((issue) => `${toFault(issue)} (${findField(json, issue.path)})`);
  if (issues.length > MAX_FAULTS) faults.push(`and ${issues.length - MAX_FAULTS} more`);
  throw new AppError("FLAGS_INVALID", `Cannot use the flags: ${faults.join("; ")}`);
}

export interface ServerDocument {
  readonly document: FlagsDocument;
  readonly problem: string | undefined;
}

const nameOf = (value: unknown): string | undefined => {
  const named = z.object({ name: z.string() }).safeParse(value);
  return named.success ? named.data.name : undefined;
};

/**
 * What a server sent, flag by flag: a server holds flags of many services, and one that cannot be read must
 * not freeze the others. Such a flag is off, not absent, so that its route stays legacy.
 */
export function toServerDocument(response: {
  readonly features: readonly unknown[];
  readonly segments?: readonly unknown[];
}): ServerDocument {
  const faults: string[] = [];
  const features = response.features.flatMap((value, index): FlagDefinition[] => {
    const parsed = flagSchema.safeParse(value);
    if (parsed.success) return [parsed.data];
    const name = nameOf(value);
    const about = name === undefined ? `features[${index}]` : `"${name}"`;
    faults.push(...parsed.error.issues.slice(0, 1).map((issue) => `${about}: ${toFault(issue)}`));
    return name === undefined ? [] : [{ name, enabled: false, strategies: [] }];
  });
  const segments = (response.segments ?? []).flatMap((value, index) => {
    const parsed = segmentSchema.safeParse(value);
    if (parsed.success) return [parsed.data];
    faults.push(`segments[${index}]: ${parsed.error.issues.slice(0, 1).map(toFault).join("")}`);
    return [];
  });
  return {
    document: { version: 2, features, segments },
    problem: faults.length === 0 ? undefined : `Unleash sent ${faults.join("; ")}`,
  };
}
