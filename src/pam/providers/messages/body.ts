/* What is sent to Anthropic's Messages API. */
import type { claudeFormat } from "#pam/tools/door.ts";

import { toPastCall } from "../history.ts";
import type { ModelMessage, ModelRequest } from "../provider.ts";

export type ClaudeFormat = typeof claudeFormat;

interface TextBlock {
  type: "text";
  text: string;
}
interface ToolUseBlock {
  type: "tool_use";
  id: string;
  name: string;
  input: Record<string, unknown>;
}
interface ToolResultBlock {
  type: "tool_result";
  tool_use_id: string;
  content: string;
  is_error?: true;
}

export interface MessagesBody {
  model: string;
  max_tokens: number;
  system: (TextBlock & { cache_control?: { type: "ephemeral" } })[];
  messages: {
    role: "assistant" | "user";
    content: (TextBlock | ToolResultBlock | ToolUseBlock)[];
  }[];
  tools?: {
    name: string;
    description: string;
    input_schema: { type: "object" } & Record<string, unknown>;
  }[];
  tool_choice?: { type: "any" | "auto" | "none" };
  temperature?: number;
}

/** Empty text blocks are refused, and so are messages without any block. */
const toText = (text: string): TextBlock[] => (text === "" ? [] : [{ type: "text", text }]);

function toMessage(message: ModelMessage, format: ClaudeFormat): MessagesBody["messages"][number] {
  switch (message.role) {
    case "user":
      return { role: "user", content: toText(message.text) };
    case "assistant": {
      const calls = message.toolCalls.map((call) => format.toCall(toPastCall(call)));
      return { role: "assistant", content: [...toText(message.text), ...calls] };
    }
    case "tool":
      return { role: "user", content: message.results.map((result) => format.toResult(result)) };
    default:
      return message satisfies never;
  }
}

const toChoice = ({ toolChoice = "auto" }: ModelRequest): "any" | "auto" | "none" =>
  toolChoice === "required" ? "any" : toolChoice;

export function toMessagesBody(
  request: ModelRequest,
  model: string,
  format: ClaudeFormat,
): MessagesBody {
  const tools = request.tools.map((tool) => {
    const { input_schema, ...definition } = format.toTool(tool);
    return { ...definition, input_schema: { ...input_schema } };
  });
  return {
    model,
    max_tokens: request.maxOutputTokens,
    system: request.system.map((text, index) => ({
      type: "text",
      text,
      ...(index === 0 && { cache_control: { type: "ephemeral" } }),
    })),
    messages: request.messages
      .map((message) => toMessage(message, format))
      .filter(({ content }) => content.length > 0),
    ...(tools.length > 0 && { tools, tool_choice: { type: toChoice(request) } }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
  };
}
