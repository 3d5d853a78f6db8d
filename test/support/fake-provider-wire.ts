/* What OpenAI and Anthropic write on the wire, as far as their fakes need it. */

export interface FakeCall {
  readonly name: string;
  /** JSON text, whole or not. */
  readonly arguments: string;
}

export interface FakeAnswer {
  readonly text?: string;
  readonly calls?: readonly FakeCall[];
}

export interface ProviderWire {
  /** Where requests go, below the base address. */
  readonly path: string;
  readonly basePath: string;
  json(answer: FakeAnswer): string;
  error(status: number): string;
  /** The pieces of a stream, in the order in which they are sent. */
  head(): string;
  text(text: string): string;
  /** Calls come in fragments; parallel ones mixed where the provider mixes them. */
  calls(calls: readonly FakeCall[]): readonly string[];
  end(answer: FakeAnswer): string;
  brokenEvent(): string;
  /** An error in the middle of a stream that began well. */
  errorEvent(type: string): string;
}

const halves = (text: string): readonly [string, string] => {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
};

const chunk = (choice: object, more: object = {}): string => {
  const choices = [{ index: 0, finish_reason: null, ...choice }];
  const whole = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };
  return `data: ${JSON.stringify({ ...whole, choices, ...more })}\n\n`;
};
const fragment = (index: number, more: object): string =>
  chunk({ delta: { tool_calls: [{ index, ...more }] } });

const OPENAI_USAGE = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };

export const openAiWire: ProviderWire = {
  path: "/v1/chat/completions",
  basePath: "/v1",
  json({ text = "", calls = [] }) {
    const tool_calls = calls.map((call, index) => ({
      id: `call_${index}`,
      type: "function",
      function: call,
    }));
    const message = {
      role: "assistant",
      content: text === "" ? null : text,
      ...(calls.length > 0 && { tool_calls }),
    };
    const finish_reason = calls.length > 0 ? "tool_calls" : "stop";
    const choices = [{ index: 0, message, finish_reason }];
    const whole = { id: "chatcmpl-1", object: "chat.completion", created: 1, model: "m" };
    return JSON.stringify({ ...whole, choices, usage: OPENAI_USAGE });
  },
  error: (status) =>
    JSON.stringify({ error: { message: `status ${status}`, type: "fake", code: null } }),
  head: () => chunk({ delta: { role: "assistant", content: "" } }),
  text: (text) => chunk({ delta: { content: text } }),
  calls: (calls) => [
    ...calls.map(({ name }, index) =>
      fragment(index, {
        id: `call_${index}`,
        type: "function",
        function: { name, arguments: "" },
      }),
    ),
    ...[0, 1].flatMap((half) =>
      calls.map((call, index) =>
        fragment(index, { function: { arguments: halves(call.arguments)[half] } }),
      ),
    ),
  ],
  end: ({ calls = [] }) =>
    chunk({ delta: {}, finish_reason: calls.length > 0 ? "tool_calls" : "stop" }) +
    `data: ${JSON.stringify({ id: "chatcmpl-1", choices: [], usage: OPENAI_USAGE })}\n\n` +
    "data: [DONE]\n\n",
  brokenEvent: () => 'data: {"id":"chatcmpl-1","choices":[{"del\n\n',
  errorEvent: (type) => `data: ${JSON.stringify({ error: { type, message: "It failed" } })}\n\n`,
};

const event = (type: string, data: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const block = (index: number, content_block: object): string =>
  event("content_block_start", { index, content_block });
const delta = (index: number, value: object): string =>
  event("content_block_delta", { index, delta: value });
const stop = (index: number): string => event("content_block_stop", { index });

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

export const anthropicWire: ProviderWire = {
  path: "/v1/messages",
  basePath: "",
  json({ text = "", calls = [] }) {
    const content = [
      ...(text === "" ? [] : [{ type: "text", text }]),
      ...calls.map((call, index) => ({
        type: "tool_use",
        id: `call_${index}`,
        name: call.name,
        input: parsed(call.arguments),
      })),
    ];
    const stop_reason = calls.length > 0 ? "tool_use" : "end_turn";
    const usage = { input_tokens: 11, output_tokens: 7 };
    const whole = { id: "msg_1", type: "message", role: "assistant", model: "m" };
    return JSON.stringify({ ...whole, content, stop_reason, usage });
  },
  error: (status) =>
    JSON.stringify({ type: "error", error: { type: "fake", message: `status ${status}` } }),
  head: () =>
    event("message_start", {
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        content: [],
        model: "m",
        usage: { input_tokens: 11, output_tokens: 1 },
      },
    }) + event("ping", {}),
  text: (text) =>
    block(0, { type: "text", text: "" }) + delta(0, { type: "text_delta", text }) + stop(0),
  calls: (calls) =>
    calls.flatMap((call, index) => [
      block(index + 1, { type: "tool_use", id: `call_${index}`, name: call.name, input: {} }),
      ...halves(call.arguments).map((partial_json) =>
        delta(index + 1, { type: "input_json_delta", partial_json }),
      ),
      stop(index + 1),
    ]),
  end: ({ calls = [] }) =>
    event("message_delta", {
      delta: { stop_reason: calls.length > 0 ? "tool_use" : "end_turn" },
      usage: { output_tokens: 7 },
    }) + event("message_stop", {}),
  errorEvent: (type) => event("error", { error: { type, message: "It failed" } }),
  brokenEvent: () => 'event: content_block_delta\ndata: {"type":"content_bl\n\n',
};
