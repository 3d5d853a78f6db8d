import { z } from "zod";

import { GUARD_SIGNALS } from "#delivery/guard/guard-policy.ts";

const countsSchema = z.object({ count: z.number(), bad: z.number() });

/** Why a route went to legacy: which signal, and what the window had counted by then. */
export const tripSchema = z.object({
  id: z.string(),
  routeId: z.string(),
  /** Milliseconds since the epoch. */
  atMs: z.number(),
  signal: z.enum(GUARD_SIGNALS),
  counts: z.object({ native: countsSchema, legacy: countsSchema }),
  /** What native was held against, where that was no legacy traffic of the same time. */
  reason: z.string().optional(),
});
export type Trip = Readonly<z.infer<typeof tripSchema>>;

/** A person's word that the native side may be tried again. */
export const liftSchema = z.object({
  trip: tripSchema,
  atMs: z.number(),
  by: z.string(),
  reason: z.string(),
});
export type Lift = Readonly<z.infer<typeof liftSchema>>;

export type GuardEvent =
  | { readonly kind: "tripped"; readonly trip: Trip; readonly isOwn: boolean }
  | { readonly kind: "reset"; readonly lift: Lift; readonly isOwn: boolean };
