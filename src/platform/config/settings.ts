import { z } from "zod";

import {
  documentation,
  type Documentation,
  type Expectation,
  expectations,
} from "#platform/config/setting-documentation.ts";
import { frontDoorSettings } from "#platform/config/settings/front-door-settings.ts";
import { nativeSettings } from "#platform/config/settings/native-settings.ts";
import { processSettings } from "#platform/config/settings/process-settings.ts";
import { rolloutSettings } from "#platform/config/settings/rollout-settings.ts";

export type { CeilingMode } from "#platform/config/settings/rollout-settings.ts";

/** Every variable that Banyan reads. Nothing else is taken from the environment. */
export const environmentSchema = z.object({
  ...frontDoorSettings,
  ...rolloutSettings,
  ...nativeSettings,
  ...processSettings,
});

export interface Setting extends Documentation, Expectation {
  readonly name: string;
  readonly defaultText: string;
}

/** The kind of value, without what holds where none is given. */
function toValueSchema(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapped =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return isWrapped ? schema.def.innerType : schema;
}

function toSetting([name, schema]: [string, z.ZodType]): Setting {
  const said = documentation.get(schema);
  const expectation = expectations.get(toValueSchema(schema));
  if (said === undefined || expectation === undefined) {
    throw new TypeError(`${name} has no documentation`);
  }
  const hasDefault = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  const value = hasDefault ? String(schema.def.defaultValue) : undefined;
  return { name, ...said, ...expectation, defaultText: value ?? said.fallback ?? "–" };
}

/** The settings by what an operator is after, each group in the order of its schema. */
export const SETTING_GROUPS = [
  { title: "The front door and the legacy behind it", schemas: frontDoorSettings },
  { title: "Flags and the rollout", schemas: rolloutSettings },
  { title: "What native routes stand on", schemas: nativeSettings },
  { title: "The process", schemas: processSettings },
].map(({ title, schemas }) => ({ title, settings: Object.entries(schemas).map(toSetting) }));

export const SETTINGS: readonly Setting[] = SETTING_GROUPS.flatMap(({ settings }) => settings);
