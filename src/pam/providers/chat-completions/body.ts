/*
 * What is sent to a provider that speaks OpenAI's Chat Completions. No transport is known here, so that the SDK in
 * the core and plain `fetch` at the edge send the same.
 */
import type { chatCompletionsFormat } from "#pam/tools/door.ts";

import { toPastCall } from "../history.ts";
import type { ModelMessage, ModelRequest } from "../provider.ts";

export type ChatCompletionsFormat = typeof chatCompletionsFormat;

/** In what the providers that speak Chat Completions differ. */
export interface Dialect {
  readonly outputCap: "max_completion_tokens" | "max_tokens";
  readonly takesTemperature: boolean;
  /** Sent with every request. */
  readonly extras: Readonly<Record<string, unknown>>;
}

export const DIALECTS = {
  /** Newer models call functions here only with reasoning off, and reasoning models refuse a temperature. */
  openai: {
    outputCap: "max_completion_tokens",
    takesTemperature: false,
    extras: { reasoning_effort: "none" },
  },
  /** Thinking is on unless it is switched off, and its text would have to be sent back with every tool result. */
  deepseek: {
    outputCap: "max_tokens",
    takesTemperature: true,
    extras: { thinking: { type: "disabled" } },
  },
} as const satisfies Record<string, Dialect>;

interface PastCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

type ChatMessage =
  | { role: "system" | "user"; content: string }
  | { role: "assistant"; content: string | null; tool_calls?: PastCall[] }
  | { role: "tool"; tool_call_id: string; content: string };

export interface ChatCompletionsBody {
  model: string;
  messages: ChatMessage[];
  tools?: {
    type: "function";
    function: { name: string; description: string; parameters: Record<string, unknown> };
  }[];
  tool_choice?: "auto" | "none" | "required";
  max_completion_tokens?: number;
  max_tokens?: number;
  temperature?: number;
}

function toMessages(message: ModelMessage, format: ChatCompletionsFormat): ChatMessage[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: message.text }];
    case "assistant": {
      const calls = message.toolCalls.map((call) => format.toCall(toPastCall(call)));
      const content = message.text === "" ? null : message.text;
      // An answer with nothing in it is refused.
      if (content === null && calls.length === 0) return [];
      return [{ role: "assistant", content, ...(calls.length > 0 && { tool_calls: calls }) }];
    }
    case "tool":
      return message.results.map((result) => format.toResult(result));
    default:
      return message satisfies never;
  }
}

export function toChatCompletionsBody(
  request: ModelRequest,
  model: string,
  { dialect, format }: { readonly dialect: Dialect; readonly format: ChatCompletionsFormat },
): ChatCompletionsBody {
  const system: ChatMessage[] =
    request.system.length === 0 ? [] : [{ role: "system", content: request.system.join("\n\n") }];
  const tools = request.tools.map((tool) => {
    const { function: definition } = format.toTool(tool);
    return {
      type: "function" as const,
      function: { ...definition, parameters: { ...definition.parameters } },
    };
  });
  return {
    model,
    messages: [...system, ...request.messages.flatMap((message) => toMessages(message, format))],
    ...(tools.length > 0 && { tools, tool_choice: request.toolChoice ?? "auto" }),
    [dialect.outputCap]: request.maxOutputTokens,
    ...(dialect.takesTemperature &&
      request.temperature !== undefined && { temperature: request.temperature }),
    ...dialect.extras,
  };
}
