import type { z } from "zod";

import { toParameters, type JsonSchema } from "./json-schema.ts";
import { SERVICE_LABELS, type ServiceName, type ToolPorts, type ToolServices } from "./ports.ts";
import { ToolError } from "./tool-error.ts";
import type { ToolSuccess } from "./tool-result.ts";
import { parseArguments } from "./validate-arguments.ts";

export const TOOL_CATEGORIES = [
  "budget",
  "trip",
  "fuel",
  "seasonal",
  "social",
  "profile",
  "admin",
  "medical",
  "calendar",
  "shop",
  "search",
] as const;
export type ToolCategory = (typeof TOOL_CATEGORIES)[number];

/** The canonical definition: what every provider's form is made from. */
export interface ToolSchema {
  readonly name: string;
  readonly description: string;
  readonly category: ToolCategory;
  /** `write` wherever stored data may change, so that nobody repeats it blindly or runs it in a shadow. */
  readonly access: "read" | "write";
  readonly parameters: JsonSchema;
}

/** For whom a tool runs. It comes from the verified token and the client's context, never from the model. */
export interface ToolCaller {
  readonly userId: string;
  /** IANA name; times without a zone are meant in it. UTC if absent. */
  readonly timeZone?: string | undefined;
  /** Where the user is, in degrees. */
  readonly position?: { readonly latitude: number; readonly longitude: number } | undefined;
}

export interface ToolContext extends ToolPorts {
  readonly caller: ToolCaller;
}

export interface Tool extends ToolSchema {
  /** Words by which a message asks for this very tool; the prefilter puts it first then. */
  readonly triggers: RegExp | undefined;
  /** Services without which it cannot run at all. */
  readonly needs: readonly ServiceName[];
  readonly timeoutMs: number;
  readonly needsConfirmation: boolean;
  /** What the user is asked before it runs, where it needs confirmation. */
  readonly confirmationPrompt: string | undefined;
  /** Validates as `run` does, and does nothing else. Throws a `ToolError`. */
  check(args: unknown): void;
  /** Validates, then does the work. Throws a `ToolError` where it cannot. */
  run(args: unknown, context: ToolContext, signal: AbortSignal): Promise<ToolSuccess>;
}

type ContextWith<Needs extends ServiceName> = ToolContext & Pick<ToolServices, Needs>;

interface ToolSpecification<Arguments extends z.ZodObject, Needs extends ServiceName> {
  readonly name: string;
  readonly description: string;
  readonly category: ToolCategory;
  readonly access: "read" | "write";
  /** Not needed of a tool that every message gets. */
  readonly triggers?: RegExp;
  readonly needs: readonly Needs[];
  /** Default 8 s. */
  readonly timeoutMs?: number;
  readonly confirmationPrompt?: string;
  readonly arguments: Arguments;
  /** Other names that models use for an argument, by that name. */
  readonly aliases?: Readonly<Record<string, string>>;
  run(
    args: z.output<Arguments>,
    context: ContextWith<Needs>,
    signal: AbortSignal,
  ): Promise<ToolSuccess> | ToolSuccess;
}

function hasServices<Needs extends ServiceName>(
  context: ToolContext,
  needs: readonly Needs[],
): context is ContextWith<Needs> {
  return needs.every((name) => context[name] !== undefined);
}

/**
 * Makes a tool: the JSON Schema that models see comes from the schema that validates, so they cannot disagree.
 * The executor gets parsed arguments, and every service it says it needs.
 */
export function defineTool<Arguments extends z.ZodObject, const Needs extends ServiceName>(
  specification: ToolSpecification<Arguments, Needs>,
): Tool {
  const { name, needs, timeoutMs = 8_000, confirmationPrompt, aliases = {} } = specification;
  const parameters = toParameters(specification.arguments);
  const parse = (args: unknown): z.output<Arguments> =>
    parseArguments(args, { schema: specification.arguments, parameters, aliases });
  return {
    name,
    description: specification.description,
    category: specification.category,
    access: specification.access,
    parameters,
    triggers: specification.triggers,
    needs,
    timeoutMs,
    needsConfirmation: confirmationPrompt !== undefined,
    confirmationPrompt,
    check: (args) => void parse(args),
    async run(args, context, signal) {
      const parsed = parse(args);
      if (!hasServices(context, needs)) {
        const missing = needs.filter((need) => context[need] === undefined);
        throw new ToolError(
          "NOT_CONFIGURED",
          `${name} is not configured: it needs ${missing.map((need) => SERVICE_LABELS[need]).join(" and ")}`,
        );
      }
      return specification.run(parsed, context, signal);
    },
  };
}
