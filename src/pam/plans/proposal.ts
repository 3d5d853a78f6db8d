import { z } from "zod";

import type { PublishedTool, ToolCall } from "#pam/tools/door.ts";

import { PLAN_LIMITS, type PlanStep } from "./plan.ts";

/** How a model hands in a plan. It is no tool of the registry: calling it changes nothing. */
export const SUBMIT_PLAN: PublishedTool = {
  name: "submit_plan",
  description: "Hand in the plan. Nothing is carried out by it.",
  parameters: {
    type: "object",
    properties: {
      reasoning: { type: "string", description: "Why these steps, in one or two sentences" },
      success_probability: { type: "number", description: "How likely it works out, 0 to 1" },
      steps: {
        type: "array",
        description: `At most ${PLAN_LIMITS.steps}, in order; none where no tool is needed`,
        items: {
          type: "object",
          properties: {
            tool: { type: "string", description: "Name of a tool from the list" },
            description: { type: "string", description: "What the step is for, in a few words" },
            arguments: { type: "object", description: "Arguments by the tool's own schema" },
            depends_on: {
              type: "array",
              items: { type: "integer" },
              description: "Numbers of earlier steps, from 1, that have to be done before",
            },
          },
          required: ["tool", "description", "arguments"],
        },
      },
    },
    required: ["steps"],
  },
};

/** Long texts are cut, never refused. */
const sentence = z
  .string()
  .catch("")
  .transform((text) => text.slice(0, PLAN_LIMITS.textCharacters).toWellFormed().trim());

const isShort = (args: unknown): boolean =>
  JSON.stringify(args).length <= PLAN_LIMITS.argumentCharacters;

const stepSchema = z.object({
  tool: z.string().max(100, "must be the name of a tool"),
  description: sentence,
  arguments: z
    .record(z.string(), z.unknown())
    .default({})
    .refine(isShort, `must have at most ${PLAN_LIMITS.argumentCharacters} characters of JSON`),
  depends_on: z.array(z.int()).max(PLAN_LIMITS.steps).default([]),
});

const proposalSchema = z.object({
  reasoning: sentence,
  /** The legacy's default where the model does not say. */
  success_probability: z.number().min(0).max(1).catch(0.8),
  steps: z.array(stepSchema).max(PLAN_LIMITS.steps, `must be at most ${PLAN_LIMITS.steps}`),
});

type ProposedStep = z.infer<typeof stepSchema>;

/** What a plan has to know of a tool. */
export interface PlannableTool {
  readonly access: PlanStep["access"];
  readonly confirmationPrompt: string | undefined;
  /** What is wrong with the arguments; `undefined` where they will do. */
  readonly faultOf: (args: unknown) => string | undefined;
}

/** `undefined` where there is no such tool for this user. */
export type FindPlannable = (name: string) => PlannableTool | undefined;

export interface Proposal {
  readonly reasoning: string;
  readonly successProbability: number;
  readonly steps: readonly PlanStep[];
}

/** A plan, or what is wrong with it in words that its author can mend it by. */
export type Judgement =
  | { readonly kind: "fit"; readonly proposal: Proposal }
  | { readonly kind: "unfit"; readonly faults: readonly string[] };

/** More would not help whoever has to mend it. */
const MAX_FAULTS = 10;
const MAX_FAULT_CHARACTERS = 200;

const unfit = (faults: readonly string[]): Judgement => ({
  kind: "unfit",
  faults: faults.slice(0, MAX_FAULTS).map((fault) => fault.slice(0, MAX_FAULT_CHARACTERS)),
});

/** What is wrong with a step that is well-formed. Dependencies point back only, so that there are no circles. */
function faultsOf(step: ProposedStep, number: number, find: FindPlannable): readonly string[] {
  const tool = find(step.tool);
  const late = step.depends_on.filter((other) => other < 1 || other >= number);
  const argumentFault = tool?.faultOf(step.arguments);
  return [
    ...(tool === undefined ? [`There is no tool named "${step.tool}"`] : []),
    ...(argumentFault === undefined ? [] : [argumentFault]),
    ...late.map((other) => `It cannot depend on step ${other}: only on earlier ones`),
  ].map((fault) => `Step ${number}: ${fault}`);
}

function toStep(step: ProposedStep, number: number, tool: PlannableTool): PlanStep {
  return {
    step: number,
    action: step.tool,
    description: step.description === "" ? step.tool.replaceAll("_", " ") : step.description,
    arguments: step.arguments,
    dependsOn: [...new Set(step.depends_on)],
    access: tool.access,
    confirmationPrompt: tool.confirmationPrompt ?? null,
    status: "pending",
    result: null,
  };
}

/** Judges whatever a model handed in. Never throws. */
export function judgeProposal(value: unknown, find: FindPlannable): Judgement {
  const parsed = parse(value);
  if (parsed.kind === "unfit") return parsed;
  const { reasoning, success_probability: successProbability, steps } = parsed.proposal;
  const faults = steps.flatMap((step, index) => faultsOf(step, index + 1, find));
  if (faults.length > 0) return unfit(faults);
  return {
    kind: "fit",
    proposal: {
      reasoning,
      successProbability,
      steps: steps.flatMap((step, index) => {
        const tool = find(step.tool);
        return tool === undefined ? [] : [toStep(step, index + 1, tool)];
      }),
    },
  };
}

type Parsed =
  | { readonly kind: "parsed"; readonly proposal: z.infer<typeof proposalSchema> }
  | Extract<Judgement, { kind: "unfit" }>;

function parse(value: unknown): Parsed {
  try {
    const parsed = proposalSchema.safeParse(value);
    if (parsed.success) return { kind: "parsed", proposal: parsed.data };
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    return { kind: "unfit", faults: faults.slice(0, MAX_FAULTS) };
  } catch {
    // What is nested deeper than the stack holds is no plan either.
    return { kind: "unfit", faults: ["The plan is nested too deeply"] };
  }
}

/** What of an answer is meant as a plan: the call, or JSON in the text of a model that did not call. */
export function readProposal(
  { text, toolCalls }: { readonly text: string; readonly toolCalls: readonly ToolCall[] },
  find: FindPlannable,
): Judgement {
  const call = toolCalls.find(({ name }) => name === SUBMIT_PLAN.name);
  if (call?.kind === "unreadable") return unfit([call.error]);
  if (call?.kind === "call") return judgeProposal(call.args, find);
  const json = text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1);
  try {
    return judgeProposal(JSON.parse(json), find);
  } catch {
    return unfit([`Call ${SUBMIT_PLAN.name}: nothing else is read`]);
  }
}
