import { statusOf, type Plan, type PlanStep } from "./plan.ts";

export type PlanComplexity = "simple" | "moderate" | "complex";

/** By what is to be done. A trip in an RV is never simple: the legacy's rule. */
export function complexityOf({ steps, isRvTrip }: Plan): PlanComplexity {
  if (steps.length > 4) return "complex";
  return steps.length > 1 || isRvTrip ? "moderate" : "simple";
}

/** The longest it can take: no step and no execution may take longer. */
export function toEstimate(
  { steps }: Plan,
  { stepMs, allMs }: { readonly stepMs: number; readonly allMs: number },
): string {
  if (steps.length === 0) return "immediate";
  return `up to ${Math.min(steps.length * stepMs, allMs) / 1_000} seconds`;
}

const countOf = ({ steps }: Plan, status: PlanStep["status"]): number =>
  steps.filter((step) => step.status === status).length;

/** One sentence on how far it has come. */
export function toInsight(plan: Plan): string {
  const { steps } = plan;
  if (steps.length === 0) return "No tool was needed for this";
  const parts = [
    `${countOf(plan, "done")} of ${steps.length} steps carried out`,
    ...(["failed", "skipped"] as const).map((status) => `${countOf(plan, status)} ${status}`),
    `${countOf(plan, "needs_confirmation")} to be confirmed`,
    `${countOf(plan, "pending")} not begun`,
  ];
  const told = parts.filter((part) => !part.startsWith("0 ") || part.includes("carried out"));
  return statusOf(plan) === "interrupted" ? `Interrupted: ${told.join(", ")}` : told.join(", ");
}

function tell({ description, status, result }: PlanStep): string {
  if (status === "pending") return `${description}: not done yet`;
  if (result === null) return `${description}: ${status}`;
  if (!result.success) return `${description}: ${result.error}`;
  const { message } = result;
  return `${description}: ${typeof message === "string" && message !== "" ? message : "done"}`;
}

/** What the user reads where no model phrases it, made of what the tools say. */
export const tellSteps = ({ steps }: Plan): string =>
  steps.length === 0 ? "There is nothing to be carried out for this." : steps.map(tell).join("\n");
