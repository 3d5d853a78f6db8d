import type { ReadableCall, ToolErrorCode, ToolFailure, ToolResult } from "#pam/tools/door.ts";

import { isFinal, withStep, type Plan, type PlanStep } from "./plan.ts";

export interface StepDependencies {
  /**
   * Runs one call of a tool, which the user has agreed to where `isConfirmed`. Never rejects; `undefined` where the
   * signal had aborted before it began.
   */
  readonly run: (call: ReadableCall, isConfirmed: boolean) => Promise<ToolResult | undefined>;
  readonly save: (plan: Plan) => Promise<void>;
  /** The result as it is kept. */
  readonly bound: (result: ToolResult) => ToolResult;
}

export interface StepOrder {
  /** Numbers of the steps that the user has agreed to. */
  readonly confirmed: ReadonlySet<number>;
  readonly signal: AbortSignal;
}

export interface StepsRun {
  readonly plan: Plan;
  /** Results of this run as the tools gave them, in their order. */
  readonly ran: readonly { readonly call: ReadableCall; readonly result: ToolResult }[];
}

const failure = (error_code: ToolErrorCode, error: string): ToolFailure => ({
  success: false,
  error,
  error_code,
});

/** The step as a model would have called it. */
export const toCall = ({
  step,
  action,
  arguments: args,
}: Pick<PlanStep, "step" | "action" | "arguments">): ReadableCall => ({
  kind: "call",
  id: `step_${step}`,
  name: action,
  args,
});

const asUnknown = (step: PlanStep): PlanStep => ({
  ...step,
  status: "failed",
  result: failure(
    "CANCELLED",
    `${step.action} was interrupted: it may have been carried out all the same`,
  ),
});

/** What an execution left behind that did not live to see its end: a change is not made twice, a look-up may be. */
export function recoverSteps(plan: Plan): Plan {
  const steps = plan.steps.map((step): PlanStep => {
    if (step.status !== "running") return step;
    return step.access === "write" ? asUnknown(step) : { ...step, status: "pending" };
  });
  return { ...plan, steps };
}

/** A yes counts where an earlier answer asked for it: nobody agrees to what they were not asked. */
const isAgreed = ({ step, status }: PlanStep, confirmed: ReadonlySet<number>): boolean =>
  status === "needs_confirmation" && confirmed.has(step);

type Readiness = "ready" | "waits" | "in-vain" | "needs-confirmation";

function readinessOf(step: PlanStep, plan: Plan, confirmed: ReadonlySet<number>): Readiness {
  const before = plan.steps.filter((other) => step.dependsOn.includes(other.step));
  if (before.some((other) => isFinal(other) && other.status !== "done")) return "in-vain";
  if (before.some(({ status }) => status !== "done")) return "waits";
  return step.confirmationPrompt !== null && !isAgreed(step, confirmed)
    ? "needs-confirmation"
    : "ready";
}

/** What a step is once its call has ended, or has been given up. */
function settle(step: PlanStep, result: ToolResult | undefined, isAborted: boolean): PlanStep {
  if (result === undefined) return { ...step, status: "pending" };
  if (result.success) return { ...step, status: "done", result };
  if (!isAborted) return { ...step, status: "failed", result };
  return step.access === "write" ? asUnknown(step) : { ...step, status: "pending" };
}

/**
 * Carries out what of a plan is still to be done, one step after the other, and saves the plan before and after each.
 * What the user has not agreed to is not run and says so. Ends early, with the plan as it then is, as the signal aborts.
 */
export async function runSteps(
  begun: Plan,
  { confirmed, signal }: StepOrder,
  { run, save, bound }: StepDependencies,
): Promise<StepsRun> {
  let plan = begun;
  const ran: { call: ReadableCall; result: ToolResult }[] = [];

  async function put(step: PlanStep): Promise<void> {
    plan = withStep(plan, step);
    await save(plan);
  }

  async function carryOut(step: PlanStep): Promise<void> {
    await put({ ...step, status: "running", result: null });
    const call = toCall(step);
    const result = await run(call, isAgreed(step, confirmed));
    if (result !== undefined) ran.push({ call, result });
    await put(settle(step, result && bound(result), signal.aborted));
  }

  async function take(step: PlanStep): Promise<void> {
    switch (readinessOf(step, plan, confirmed)) {
      case "ready":
        return carryOut(step);
      case "in-vain": {
        const result = failure("FAILED", "Not run: a step that it depends on was not carried out");
        return put({ ...step, status: "skipped", result });
      }
      case "needs-confirmation": {
        const result = failure("CONFIRMATION_REQUIRED", step.confirmationPrompt ?? "");
        return put({ ...step, status: "needs_confirmation", result });
      }
      case "waits":
        return undefined;
    }
  }

  for (const { step: number } of begun.steps) {
    if (signal.aborted) break;
    const step = plan.steps.find((other) => other.step === number);
    // oxlint-disable-next-line no-await-in-loop -- one step after the other
    if (step !== undefined && !isFinal(step)) await take(step);
  }
  return { plan, ran };
}
