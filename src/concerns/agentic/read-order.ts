import { countCodePoints } from "#contracts/schema/text.ts";
import { PLAN_LIMITS } from "#pam/plans/index.ts";
import type { SafetyProfile } from "#pam/safety/profile.ts";
import { sanitizeContext, type CleanContext } from "#pam/safety/sanitize/sanitize-context.ts";
import { sanitizeText } from "#pam/safety/sanitize/sanitize-text.ts";

/** The legacy takes any dictionary, so that what cannot be used is told in the answer and is no 422. */
export type Read<Value> =
  | { readonly kind: "read"; readonly value: Value }
  | { readonly kind: "unusable"; readonly error: string };

type Dictionary = Readonly<Record<string, unknown>>;

const MAX_CONTEXT_FIELDS = 50;
const DANGEROUS = "Potentially dangerous content detected";

const read = <Value>(value: Value): Read<Value> => ({ kind: "read", value });
const unusable = (error: string): Read<never> => ({ kind: "unusable", error });

const isDictionary = (value: unknown): value is Dictionary =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Sanitised as a chat's message is. */
export function readGoal({ goal }: Dictionary, profile: SafetyProfile): Read<string> {
  if (typeof goal !== "string" || goal.trim() === "") {
    return unusable("A goal is needed: what is to be reached, in words");
  }
  if (countCodePoints(goal) > PLAN_LIMITS.goalCharacters) {
    return unusable(`A goal can have at most ${PLAN_LIMITS.goalCharacters} characters`);
  }
  if (!goal.isWellFormed()) return unusable(DANGEROUS);
  const sanitized = sanitizeText(goal, profile);
  if (sanitized.kind === "dangerous") return unusable(DANGEROUS);
  return sanitized.text === ""
    ? unusable("Nothing is left of the goal once it is sanitised")
    : read(sanitized.text);
}

/** What is no dictionary counts as none: the legacy never looks at it. */
export function readClientContext(
  { context }: Dictionary,
  profile: SafetyProfile,
): Read<CleanContext> {
  const given = isDictionary(context) ? context : {};
  if (Object.keys(given).length > MAX_CONTEXT_FIELDS) {
    return unusable(`A context can have at most ${MAX_CONTEXT_FIELDS} fields`);
  }
  const sanitized = sanitizeContext(given, profile);
  return sanitized.kind === "dangerous" ? unusable(DANGEROUS) : read(sanitized.context);
}

export interface NamedPlan {
  readonly planId: string;
  readonly confirmed: ReadonlySet<number>;
}

/** `undefined` where the body names no plan. */
export function readNamedPlan({
  plan_id: planId,
  confirmed_steps: steps,
}: Dictionary): NamedPlan | undefined {
  if (planId === undefined || planId === null) return undefined;
  const numbers: readonly unknown[] = Array.isArray(steps) ? steps : [];
  return {
    // Whatever else it is, it is the name of no plan.
    planId: typeof planId === "string" ? planId : "",
    confirmed: new Set(numbers.filter((step) => typeof step === "number")),
  };
}
