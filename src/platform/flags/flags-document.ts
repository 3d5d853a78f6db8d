import { z } from "zod";

const variant = z.looseObject({
  name: z.string(),
  weight: z.number(),
  stickiness: z.string().nullish(),
});

const constraint = z.looseObject({
  contextName: z.string(),
  operator: z.string(),
  inverted: z.boolean().nullish(),
  values: z.array(z.string()).nullish(),
  value: z.union([z.string(), z.number()]).nullish(),
});

/** The parameters that the standard strategies read, in the types they read them in. */
const parameters = z.looseObject({
  rollout: z.union([z.string(), z.number()]).nullish(),
  percentage: z.union([z.string(), z.number()]).nullish(),
  stickiness: z.string().nullish(),
  groupId: z.string().nullish(),
  userIds: z.string().nullish(),
  IPs: z.string().nullish(),
  hostNames: z.string().nullish(),
});

const strategy = z.looseObject({
  name: z.string(),
  parameters: parameters.nullish(),
  constraints: z.array(constraint).nullish(),
  segments: z.array(z.number()).nullish(),
  variants: z.array(variant).nullish(),
});

const dependency = z.looseObject({
  feature: z.string(),
  enabled: z.boolean().nullish(),
  variants: z.array(z.string()).nullish(),
});

/**
 * One flag in the form of Unleash's `GET /api/client/features`: what the SDK needs to evaluate it without
 * failing. Keys that are not named here are kept.
 */
export const flagSchema = z.looseObject({
  name: z.string().min(1),
  enabled: z.boolean(),
  strategies: z.array(strategy),
  variants: z.array(variant).nullish(),
  dependencies: z.array(dependency).nullish(),
});

export const segmentSchema = z.looseObject({
  id: z.number(),
  constraints: z.array(constraint).nullish(),
});

export const documentSchema = z.looseObject({
  version: z.number().nullish(),
  features: z.array(flagSchema),
  segments: z.array(segmentSchema).nullish(),
});

export type Constraint = Readonly<z.infer<typeof constraint>>;
export type Strategy = Readonly<z.infer<typeof strategy>>;
export type Variant = Readonly<z.infer<typeof variant>>;
export type FlagDefinition = Readonly<z.infer<typeof flagSchema>>;
export type Segment = Readonly<z.infer<typeof segmentSchema>>;
export type FlagsDocument = Readonly<z.infer<typeof documentSchema>>;

export const EMPTY_DOCUMENT: FlagsDocument = { version: 2, features: [] };
