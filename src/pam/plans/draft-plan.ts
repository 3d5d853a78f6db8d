import { z } from "zod";

import type { ReadableCall } from "#pam/tools/door.ts";

import { PLAN_LIMITS } from "./plan.ts";
import { SUBMIT_PLAN, type FindPlannable } from "./proposal.ts";

const argumentsSchema = z.record(z.string(), z.unknown());
type Arguments = Readonly<Record<string, unknown>>;

/** Words that ask for a tool, and what they say of its arguments. */
export interface DraftRule {
  readonly tool: string;
  readonly pattern: RegExp;
  /** From the named groups of the pattern. */
  readonly toArguments: (groups: Readonly<Record<string, string | undefined>>) => Arguments;
}

export interface DraftOptions {
  /** First match first, one for each clause of the goal. */
  readonly rules: readonly DraftRule[];
  readonly find: FindPlannable;
  readonly isRvTrip: boolean;
}

interface DraftedStep {
  readonly tool: string;
  readonly description: string;
  readonly arguments: Arguments;
}

/** `use <tool> {…}`: a step that is spelled out. */
const EXPLICIT = /^use\s+(?<tool>[\w-]+)\s*(?<json>\{.*\})?\s*$/isu;
const BETWEEN_CLAUSES = /(?:[.!?]+(?=\s|$)|[;\n])\s*|,?\s+(?:and then|after that|then|and)\s+/giu;
const DESTINATION =
  /\b(?:trip|travel|drive|go|going|journey|move|head)\b[^.;\n]{0,80}?\bto\s+(?<destination>[^,.;?!\n]{2,80}?)(?=\s+(?:under|with|for|on|next|this|in|by|and|from)\b|[,.;?!\n]|$)/iu;
/** Searched for where a goal says nothing at all. */
const ANYTHING = "travel";
const CAMPS = /\b(?:rv|caravan|motorhome|camp\w*)\b/iu;

function stepOfClause(clause: string, rules: readonly DraftRule[]): DraftedStep | undefined {
  for (const { tool, pattern, toArguments } of rules) {
    const found = pattern.exec(clause);
    if (found === null) continue;
    return { tool, description: clause.trim(), arguments: toArguments(found.groups ?? {}) };
  }
  return undefined;
}

function toExplicitStep(goal: string): DraftedStep | undefined {
  const { tool, json = "{}" } = EXPLICIT.exec(goal)?.groups ?? {};
  if (tool === undefined) return undefined;
  try {
    return { tool, description: "", arguments: argumentsSchema.parse(JSON.parse(json)) };
  } catch {
    return undefined;
  }
}

/** What anybody would look up before they go somewhere. */
function stepsOfDestination(goal: string, isRvTrip: boolean): readonly DraftedStep[] {
  const location = DESTINATION.exec(goal)?.groups?.["destination"]?.trim();
  if (location === undefined) return [];
  const weather = {
    tool: "get_weather_forecast",
    description: `The weather in ${location}`,
    arguments: { location },
  };
  const parks = {
    tool: "find_rv_parks",
    description: `Where to stay near ${location}`,
    arguments: { location },
  };
  return isRvTrip || CAMPS.test(goal) ? [weather, parks] : [weather];
}

/**
 * A plan by rules, as a call that hands it in: the same goal always gets the same one. It does what the words name,
 * looks up where a trip goes, and where it understands nothing searches what is known.
 */
export function draftPlan(goal: string, { rules, find, isRvTrip }: DraftOptions): ReadableCall {
  const explicit = toExplicitStep(goal);
  const clauses = goal.split(BETWEEN_CLAUSES).filter((clause) => clause.trim() !== "");
  const named = clauses.flatMap((clause) => stepOfClause(clause, rules) ?? []);
  const understood = explicit ? [explicit] : [...named, ...stepsOfDestination(goal, isRvTrip)];
  const steps = understood.filter(({ tool, arguments: args }) => {
    const found = find(tool);
    return found !== undefined && found.faultOf(args) === undefined;
  });
  const search: DraftedStep = {
    tool: "search_knowledge",
    description: "What is known about it",
    arguments: { query: goal.trim().slice(0, 200).toWellFormed() || ANYTHING },
  };
  const once = new Map(
    (steps.length === 0 ? [search] : steps).map((step) => [
      JSON.stringify([step.tool, step.arguments]),
      step,
    ]),
  );
  return {
    kind: "call",
    id: "draft",
    name: SUBMIT_PLAN.name,
    args: {
      reasoning: "Each step answers to words of the goal.",
      success_probability: 0.5,
      steps: [...once.values()].slice(0, PLAN_LIMITS.steps),
    },
  };
}
