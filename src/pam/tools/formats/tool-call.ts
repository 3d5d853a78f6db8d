import { z } from "zod";

import type { ToolSchema } from "../tool.ts";

/** One call of a tool as every provider's form of it reads. */
export type ToolCall = ReadableCall | UnreadableCall;

export interface ReadableCall {
  readonly kind: "call";
  /** The provider's own id; the result is sent back under it. */
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A call whose arguments are no usable JSON object: the model is told so. It is never run with `{}` instead. */
export interface UnreadableCall {
  readonly kind: "unreadable";
  readonly id: string;
  readonly name: string;
  readonly error: string;
}

export interface ToolAnswer {
  readonly callId: string;
  readonly name: string;
  readonly ok: boolean;
  /** JSON text. */
  readonly content: string;
}

/** What of a definition the model gets to see. */
export type PublishedTool = Pick<ToolSchema, "name" | "description" | "parameters">;

/** How one provider writes tools, their calls and their results. */
export interface ToolFormat<ProviderTool, ProviderCall, ProviderResult> {
  readonly toTool: (tool: PublishedTool) => ProviderTool;
  /** `undefined` where the value is no tool call of this provider. */
  readonly fromCall: (value: unknown) => ToolCall | undefined;
  /** For the history: the call as the provider made it. */
  readonly toCall: (call: ReadableCall) => ProviderCall;
  readonly toResult: (answer: ToolAnswer) => ProviderResult;
}

const objectSchema = z.record(z.string(), z.unknown());

/** No tool takes anything near it; whoever walks arguments recursively can rely on it. */
const MAX_DEPTH = 64;

const childrenOf = (value: unknown): readonly unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value) : [];

/** Level by level: one that is too deep for the stack must not be walked by it. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    level = level.flatMap(childrenOf);
  }
  return level.length > 0;
}

/** Arguments come as an object or as its JSON text; no text at all means none, as some models send it. */
export function readCall(id: string, name: string, args: unknown): ToolCall {
  const unreadable = (fault: string): ToolCall => {
    return { kind: "unreadable", id, name, error: `The arguments of ${name} are ${fault}` };
  };
  const value = typeof args === "string" ? parseText(args) : args;
  const parsed = objectSchema.safeParse(value);
  if (!parsed.success) return unreadable("not a JSON object");
  if (isTooDeep(parsed.data)) return unreadable("nested too deeply");
  return { kind: "call", id, name, args: parsed.data };
}

function parseText(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
