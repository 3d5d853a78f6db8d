import type { ToolCall } from "#pam/tools/door.ts";

import { estimateTokens } from "./models.ts";
import { OFFLINE_INTENTS } from "./offline-intents.ts";
import type { ModelAnswer, ModelProvider, ModelRequest, ProviderEvent } from "./provider.ts";

/** Stands at the head of everything it says, so that nobody takes it for a model. */
export const OFFLINE_LABEL = "[offline]";

/** `use <tool> {…}` calls a tool by name with exactly these arguments, known or not, as a model may. */
const EXPLICIT = /^use\s+(?<tool>[\w-]+)\s*(?<json>\{.*\})?\s*$/isu;

function toExplicitCall(text: string, id: string): ToolCall | undefined {
  const { tool: name, json = "{}" } = EXPLICIT.exec(text.trim())?.groups ?? {};
  if (name === undefined) return undefined;
  try {
    const args: unknown = JSON.parse(json);
    if (isRecord(args)) return { kind: "call", id, name, args };
  } catch {
    // Falls through: what is no JSON is treated as a model's broken arguments are.
  }
  return { kind: "unreadable", id, name, error: `The arguments of ${name} are not a JSON object` };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Rough, since whether it counts is not for a model to say. */
const YES = /^\W*(?:yes|ok|okay|sure|go ahead|confirm)\b/iu;

/** The first call of the last turn that waits for the user's yes, once more. */
function toConfirmedCall(text: string, { messages }: ModelRequest, id: string) {
  if (!YES.test(text)) return undefined;
  const start = messages.findLastIndex(
    ({ role }, at) => role === "user" && at < messages.length - 1,
  );
  const turn = messages.slice(start + 1);
  const refused = turn
    .flatMap((message) => (message.role === "tool" ? message.results : []))
    .find(({ ok, content }) => !ok && content.includes('"CONFIRMATION_REQUIRED"'));
  const call = turn
    .flatMap((message) => (message.role === "assistant" ? message.toolCalls : []))
    .find((made) => made.id === refused?.callId);
  return call && { ...call, id };
}

function toCall(text: string, request: ModelRequest): ToolCall | undefined {
  const { tools, toolChoice, messages } = request;
  if (toolChoice === "none") return undefined;
  const id = `offline_${messages.length}`;
  const explicit = toExplicitCall(text, id);
  if (explicit !== undefined) return explicit;
  const confirmed = toConfirmedCall(text, request, id);
  if (confirmed !== undefined) return confirmed;
  for (const { tool: name, pattern, toArguments } of OFFLINE_INTENTS) {
    const found = pattern.exec(text);
    const isOffered = tools.some((tool) => tool.name === name);
    if (found && isOffered)
      return { kind: "call", id, name, args: toArguments(found.groups ?? {}) };
  }
  return undefined;
}

/** The sentence that most tools put into their result, for whoever reads it. */
function readMessage(content: string): string {
  try {
    const result: unknown = JSON.parse(content);
    if (!isRecord(result)) return content;
    const sentence = result["message"] ?? result["error"];
    return typeof sentence === "string" ? sentence : JSON.stringify(result);
  } catch {
    return content;
  }
}

function answerOf(
  text: string,
  toolCalls: readonly ToolCall[],
  request: ModelRequest,
): ModelAnswer {
  const usage = {
    inputTokens: estimateTokens(JSON.stringify(request.messages).length),
    outputTokens: estimateTokens(text.length),
  };
  return { text, toolCalls, usage, reason: toolCalls.length > 0 ? "tool-calls" : "answered" };
}

function answer(request: ModelRequest): ModelAnswer {
  const { draft, messages } = request;
  if (draft !== undefined) {
    const text = `${OFFLINE_LABEL} No AI provider is configured, so rules have made this, and no model.`;
    return answerOf(text, [draft()], request);
  }
  const last = messages.at(-1);
  if (last?.role === "tool") {
    const results = last.results.map(({ name, content }) => `${name}: ${readMessage(content)}`);
    return answerOf(`${OFFLINE_LABEL} ${results.join("\n")}`.slice(0, 4_000), [], request);
  }
  const said = last?.role === "user" ? last.text : "";
  const call = toCall(said, request);
  if (call !== undefined) return answerOf("", [call], request);
  const echo = said.length > 200 ? `${said.slice(0, 199)}…` : said;
  return answerOf(
    `${OFFLINE_LABEL} No AI provider is configured, so no model has read this. You said: ${echo}`,
    [],
    request,
  );
}

function* toEvents({ text, toolCalls, usage, reason }: ModelAnswer): Generator<ProviderEvent> {
  for (const word of text.match(/\S+\s*/gu) ?? []) yield { kind: "text-delta", text: word };
  for (const call of toolCalls) yield { kind: "tool-call", call };
  if (usage !== undefined) yield { kind: "usage", usage };
  yield { kind: "end", reason };
}

/**
 * Stands in where no key is set: the same request always gets the same answer. It picks tools by simple patterns and
 * repeats what they return; it knows nothing and says so.
 */
export function createOffline(): ModelProvider {
  return {
    name: "offline",
    complete: async (request) => Promise.resolve(answer(request)),
    async *stream(request) {
      yield* toEvents(answer(request));
    },
  };
}
