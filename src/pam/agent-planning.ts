import type { Clock } from "#platform/clock.ts";

import type { PlanInput, PlanOutcome } from "./agent-input.ts";
import {
  draftPlan,
  PLAN_LIMITS,
  readProposal,
  readTravelContext,
  SUBMIT_PLAN,
  toPlanPrompt,
  type FindPlannable,
  type PlanStore,
  type Proposal,
} from "./plans/index.ts";
import {
  detectComplexity,
  estimateTokens,
  ModelCallError,
  type ModelMessage,
  type ModelRequest,
  type ModelRunner,
  type TurnBudget,
} from "./providers/index.ts";
import { OFFLINE_INTENTS } from "./providers/offline-intents.ts";
import type { ToolCall } from "./tools/door.ts";
import { TOOLS } from "./tools/registry.ts";
import { ToolError } from "./tools/tool-error.ts";
import type { QuestionDependencies } from "./turn-question.ts";
import type { TurnSafety, TurnStore } from "./turn.ts";
import { readContext } from "./turn/read-context.ts";
import { redactFields, redactMessage } from "./turn/redact.ts";
import { tidyCalls } from "./turn/tidy-calls.ts";

export interface PlanningDependencies extends Pick<QuestionDependencies, "route" | "tools"> {
  readonly runner: Pick<ModelRunner, "stream">;
  readonly store: Pick<TurnStore, "read">;
  readonly safety: TurnSafety;
  readonly plans: Pick<PlanStore, "save">;
  readonly createId: () => string;
  readonly clock: Clock;
}

/** How long and how free a plan may be; eight steps with their arguments fit. */
const PLAN_OUTPUT = { maxOutputTokens: 2_048, temperature: 0.2 } as const;
/** A plan reaches over more kinds of tools than a message does. */
const MAX_TOOLS = 25;
/** The plan, and once more with what was wrong with it. */
const TRIES = 2;

interface Answer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
}

async function collect(events: ReturnType<ModelRunner["stream"]>): Promise<Answer> {
  let text = "";
  const toolCalls: ToolCall[] = [];
  for await (const event of events) {
    if (event.kind === "text-delta") text += event.text;
    if (event.kind === "tool-call") toolCalls.push(event.call);
  }
  return { text, toolCalls: tidyCalls(toolCalls, []) };
}

/** Tells the model what was wrong, in the place where it looks for an answer to its call. */
function toRepair({ text, toolCalls }: Answer, faults: readonly string[]): readonly ModelMessage[] {
  const content = JSON.stringify({ success: false, error: "The plan cannot be used", faults });
  if (toolCalls.length === 0) {
    const said = text === "" ? [] : [{ role: "assistant", text, toolCalls } as const];
    return [...said, { role: "user", text: content }];
  }
  const results = toolCalls.map(({ id, name }) => ({ callId: id, name, ok: false, content }));
  return [
    { role: "assistant", text, toolCalls },
    { role: "tool", results },
  ];
}

/** What a model says beside the plan comes before what it says in it. */
function toReasoning({ text, toolCalls }: Answer, { reasoning }: Proposal): string {
  const said = toolCalls.length === 0 ? "" : text.slice(0, PLAN_LIMITS.textCharacters);
  return [said.toWellFormed().trim(), reasoning].filter((part) => part !== "").join(" ");
}

/** Makes a plan of a goal, and keeps it. Rejects as the signal aborts, and where no model answers. */
export function createPlanning(
  dependencies: PlanningDependencies,
): (input: PlanInput, budget: TurnBudget) => Promise<PlanOutcome> {
  const { runner, route, tools, store, safety, plans, createId, clock } = dependencies;
  const { redact } = safety;

  const toFind =
    (userId: string): FindPlannable =>
    (name) => {
      const tool = TOOLS.get(name);
      const enabled = tools.find(name, userId);
      if (tool === undefined || enabled === undefined) return undefined;
      return {
        access: enabled.access,
        confirmationPrompt: enabled.confirmationPrompt,
        faultOf(args) {
          try {
            tool.check(args);
            return undefined;
          } catch (error) {
            return error instanceof ToolError ? error.message : "The arguments cannot be read";
          }
        },
      };
    };

  function chainFor({ tier, goal }: PlanInput, request: ModelRequest) {
    const found = route({
      tier,
      complexity: detectComplexity(goal).complexity,
      needsTools: true,
      inputTokens: estimateTokens(JSON.stringify(request).length),
      maxOutputTokens: request.maxOutputTokens,
    });
    if (found !== undefined) return found.chain;
    throw new ModelCallError({ kind: "request-too-large" }, { attempts: [], isPartial: false });
  }

  interface Question {
    readonly input: PlanInput;
    readonly request: ModelRequest;
    readonly find: FindPlannable;
    readonly budget: TurnBudget;
  }

  async function propose({ input, request, find, budget }: Question) {
    const { signal } = input;
    const chain = chainFor(input, request);
    const messages = [...request.messages];
    for (let tries = 0; tries < TRIES; tries += 1) {
      const asked = { ...request, messages: [...messages] };
      // oxlint-disable-next-line no-await-in-loop -- it is mended by what was wrong with the last one
      const answer = await collect(runner.stream({ request: asked, chain, budget, signal }));
      const judgement = readProposal(answer, find);
      if (judgement.kind === "fit") {
        const { proposal } = judgement;
        return { ...proposal, reasoning: toReasoning(answer, proposal) };
      }
      const repair = toRepair(answer, judgement.faults);
      messages.push(...repair.map((message) => redactMessage(message, redact)));
    }
    return undefined;
  }

  return async (input, budget) => {
    const { userId, goal, context, signal } = input;
    signal.throwIfAborted();
    const verdict = await safety.check(goal, { userId, signal });
    if (verdict.isMalicious) return { kind: "blocked", verdict };
    const { state } = await store.read(userId);
    signal.throwIfAborted();
    const { known, caller, page } = readContext(context, state.context);
    const travel = readTravelContext(known, goal);
    const find = toFind(userId);
    const request: ModelRequest = {
      system: toPlanPrompt({
        tools: tools.choose(goal, userId, { page, maxTools: MAX_TOOLS }),
        known: redactFields(travel.context, redact),
        timeZone: caller.timeZone,
        nowMs: clock.now(),
      }),
      messages: [{ role: "user", text: redact(goal) }],
      tools: [SUBMIT_PLAN],
      toolChoice: "required",
      draft: () => draftPlan(goal, { rules: OFFLINE_INTENTS, find, isRvTrip: travel.isRvTrip }),
      ...PLAN_OUTPUT,
    };
    const proposal = await propose({ input, request, find, budget });
    if (proposal === undefined) return { kind: "no-plan" };
    const plan = {
      id: createId(),
      userId,
      goal,
      ...proposal,
      isRvTrip: travel.isRvTrip,
      createdAtMs: clock.now(),
      response: null,
    };
    await plans.save(plan);
    return { kind: "planned", plan };
  };
}
