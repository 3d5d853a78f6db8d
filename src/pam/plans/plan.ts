import { z } from "zod";

import type { ToolErrorCode, ToolResult } from "#pam/tools/door.ts";

export const PLAN_LIMITS = {
  /** As many calls as a turn may make. */
  steps: 8,
  /** In code points, as a message's. */
  goalCharacters: 2_000,
  /** Of one step, as JSON. */
  argumentCharacters: 4_000,
  /** Of one text of the model's. */
  textCharacters: 500,
  /** What is kept of one result, as JSON. */
  resultCharacters: 2_000,
  plansPerUser: 20,
  expiryMs: 24 * 60 * 60 * 1_000,
} as const;

/**
 * `pending`: not begun. `running`: begun, and nobody has seen its end. `needs_confirmation`: it waits for the user's
 * word. The others are final: a step that failed is not tried again, since it may have changed something all the same.
 */
export const STEP_STATUSES = [
  "pending",
  "running",
  "needs_confirmation",
  "done",
  "failed",
  "skipped",
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

const errorCode = z.custom<ToolErrorCode>((value) => typeof value === "string");

const resultSchema: z.ZodType<ToolResult> = z.union([
  z.looseObject({ success: z.literal(true) }),
  z.object({ success: z.literal(false), error: z.string(), error_code: errorCode }),
]);

const stepSchema = z.object({
  /** From 1. */
  step: z.int().min(1),
  /** A tool of the registry. */
  action: z.string(),
  description: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  /** Earlier steps that have to be done before. */
  dependsOn: z.array(z.int()),
  access: z.enum(["read", "write"]),
  /** What the user is asked before it runs; null where they need not be. */
  confirmationPrompt: z.string().nullable(),
  status: z.enum(STEP_STATUSES),
  /** Of a step that ended, or why it did not begin. */
  result: resultSchema.nullable(),
});

/** A plan as it is kept. */
export const planSchema = z.object({
  id: z.string(),
  userId: z.string(),
  /** As it was sanitised. */
  goal: z.string(),
  reasoning: z.string(),
  /** From 0 to 1, as the planner sees it. */
  successProbability: z.number(),
  isRvTrip: z.boolean(),
  createdAtMs: z.number(),
  steps: z.array(stepSchema).max(PLAN_LIMITS.steps),
  /** What the user was told at the end; null before. */
  response: z.string().nullable(),
});

export type PlanStep = Readonly<z.infer<typeof stepSchema>>;
export type Plan = Readonly<Omit<z.infer<typeof planSchema>, "steps">> & {
  readonly steps: readonly PlanStep[];
};

export type PlanStatus = "planned" | "waiting" | "interrupted" | "finished";

const FINAL: ReadonlySet<StepStatus> = new Set(["done", "failed", "skipped"]);

export const isFinal = ({ status }: PlanStep): boolean => FINAL.has(status);

/** `waiting`: only the user's word is missing. `interrupted`: an execution ended before its time. */
export function statusOf({ steps, response }: Plan): PlanStatus {
  if (response === null && steps.every(({ status }) => status === "pending")) return "planned";
  if (steps.every(isFinal)) return "finished";
  return steps.some(({ status }) => status === "needs_confirmation") ? "waiting" : "interrupted";
}

/** The plan with another form of one of its steps. */
export const withStep = (plan: Plan, changed: PlanStep): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => (step.step === changed.step ? changed : step)),
});
