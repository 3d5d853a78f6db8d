import { z } from "zod";

import type { JsonSchema } from "../json-schema.ts";
import { readCall, type ToolFormat } from "./tool-call.ts";

export interface ClaudeTool {
  readonly name: string;
  readonly description: string;
  readonly input_schema: JsonSchema;
}

export interface ClaudeToolUse {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ClaudeToolResult {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly content: string;
  readonly is_error?: true;
}

const toolUseSchema = z.object({
  type: z.literal("tool_use"),
  id: z.string(),
  name: z.string(),
  input: z.unknown(),
});

/** Anthropic's Messages API. All results of one turn go into the next user message, before anything else. */
export const claudeFormat: ToolFormat<ClaudeTool, ClaudeToolUse, ClaudeToolResult> = {
  toTool: ({ name, description, parameters }) => ({ name, description, input_schema: parameters }),
  fromCall(value) {
    const parsed = toolUseSchema.safeParse(value);
    if (!parsed.success) return undefined;
    return readCall(parsed.data.id, parsed.data.name, parsed.data.input);
  },
  toCall: ({ id, name, args }) => ({ type: "tool_use", id, name, input: args }),
  toResult: ({ callId, ok, content }) => ({
    type: "tool_result",
    tool_use_id: callId,
    content,
    ...(!ok && { is_error: true }),
  }),
};
