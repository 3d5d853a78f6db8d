import { z } from "zod";

import type { JsonSchema } from "../json-schema.ts";
import { readCall, type ToolFormat } from "./tool-call.ts";

export interface ChatCompletionsTool {
  readonly type: "function";
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: JsonSchema;
  };
}

export interface ChatCompletionsCall {
  readonly id: string;
  readonly type: "function";
  readonly function: {
    readonly name: string;
    /** JSON text. */
    readonly arguments: string;
  };
}

export interface ChatCompletionsResult {
  readonly role: "tool";
  readonly tool_call_id: string;
  readonly content: string;
}

const callSchema = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

/** OpenAI's Chat Completions, and DeepSeek's. One message a result, after the assistant's with the calls. */
export const chatCompletionsFormat: ToolFormat<
  ChatCompletionsTool,
  ChatCompletionsCall,
  ChatCompletionsResult
> = {
  toTool: ({ name, description, parameters }) => ({
    type: "function",
    function: { name, description, parameters },
  }),
  fromCall(value) {
    const parsed = callSchema.safeParse(value);
    if (!parsed.success) return undefined;
    const { id, function: called } = parsed.data;
    return readCall(id, called.name, called.arguments);
  },
  toCall: ({ id, name, args }) => ({
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(args) },
  }),
  toResult: ({ callId, content }) => ({ role: "tool", tool_call_id: callId, content }),
};
