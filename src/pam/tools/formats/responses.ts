import { z } from "zod";

import type { JsonSchema } from "../json-schema.ts";
import { readCall, type ToolFormat } from "./tool-call.ts";

export interface ResponsesTool {
  readonly type: "function";
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
  /** Off: strict mode wants every property required, and optional ones are what tools are made of. */
  readonly strict: false;
}

export interface FunctionCallItem {
  readonly type: "function_call";
  readonly call_id: string;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface FunctionCallOutputItem {
  readonly type: "function_call_output";
  readonly call_id: string;
  readonly output: string;
}

const callSchema = z.object({
  type: z.literal("function_call"),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});

/** OpenAI's Responses API: calls and results are items of its input and output. */
export const responsesFormat: ToolFormat<ResponsesTool, FunctionCallItem, FunctionCallOutputItem> =
  {
    toTool: ({ name, description, parameters }) => ({
      type: "function",
      name,
      description,
      parameters,
      strict: false,
    }),
    fromCall(value) {
      const parsed = callSchema.safeParse(value);
      if (!parsed.success) return undefined;
      return readCall(parsed.data.call_id, parsed.data.name, parsed.data.arguments);
    },
    toCall: ({ id, name, args }) => ({
      type: "function_call",
      call_id: id,
      name,
      arguments: JSON.stringify(args),
    }),
    toResult: ({ callId, content }) => ({
      type: "function_call_output",
      call_id: callId,
      output: content,
    }),
  };
