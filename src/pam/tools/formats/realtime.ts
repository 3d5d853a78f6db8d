import { z } from "zod";

import type { JsonSchema } from "../json-schema.ts";
import {
  responsesFormat,
  type FunctionCallItem,
  type FunctionCallOutputItem,
} from "./responses.ts";
import { readCall, type ToolFormat } from "./tool-call.ts";

export interface RealtimeTool {
  readonly type: "function";
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonSchema;
}

/** A client event that puts an item into the conversation. */
export interface RealtimeItemEvent<Item> {
  readonly type: "conversation.item.create";
  readonly item: Item;
}

const doneSchema = z.object({
  type: z.literal("response.function_call_arguments.done"),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});

const itemEventSchema = z.object({ type: z.string(), item: z.looseObject({}) });

/**
 * OpenAI's Realtime API: the calls come as events, or as items of a finished response. After the results a
 * `response.create` is due.
 */
export const realtimeFormat: ToolFormat<
  RealtimeTool,
  RealtimeItemEvent<FunctionCallItem>,
  RealtimeItemEvent<FunctionCallOutputItem>
> = {
  toTool: ({ name, description, parameters }) => ({
    type: "function",
    name,
    description,
    parameters,
  }),
  fromCall(value) {
    const parsed = doneSchema.safeParse(value);
    if (!parsed.success) {
      const event = itemEventSchema.safeParse(value);
      return responsesFormat.fromCall(event.success ? event.data.item : value);
    }
    return readCall(parsed.data.call_id, parsed.data.name, parsed.data.arguments);
  },
  toCall: (call) => ({ type: "conversation.item.create", item: responsesFormat.toCall(call) }),
  toResult: (answer) => ({
    type: "conversation.item.create",
    item: responsesFormat.toResult(answer),
  }),
};
