import type { PublishedTool, ReadableCall, ToolAnswer, ToolCall } from "#pam/tools/door.ts";

/** One message of a conversation, in no provider's form. */
export type ModelMessage =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly toolCalls: readonly ToolCall[] }
  /** All results of one assistant message together, in the order of its calls. */
  | { readonly role: "tool"; readonly results: readonly ToolAnswer[] };

export interface ModelRequest {
  /** Blocks in order. What never changes comes first: a provider may cache up to its end. */
  readonly system: readonly string[];
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly PublishedTool[];
  /**
   * `none` forbids calls while the tools of earlier ones stay known, `required` forbids an answer without one.
   * Default `auto`.
   */
  readonly toolChoice?: "auto" | "none" | "required";
  /** Makes by rules what is called in a model's place where there is none. Models never see it. */
  readonly draft?: () => ReadableCall;
  readonly maxOutputTokens: number;
  /** Left out for models that take none. */
  readonly temperature?: number;
}

export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Why the model stopped. `refused` covers content filters. */
export type EndReason = "answered" | "tool-calls" | "length" | "refused";

export type ProviderEvent =
  | { readonly kind: "text-delta"; readonly text: string }
  /** Whole: its arguments are parsed, or it is `unreadable`. The tool may still be one that nobody knows. */
  | { readonly kind: "tool-call"; readonly call: ToolCall }
  /** The model works on something that is not handed out yet: arguments, thoughts. */
  | { readonly kind: "progress"; readonly characters: number }
  | { readonly kind: "usage"; readonly usage: Usage }
  /** Always the last one. */
  | { readonly kind: "end"; readonly reason: EndReason };

export interface ModelAnswer {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage | undefined;
  readonly reason: EndReason;
}

export interface ProviderCallOptions {
  readonly model: string;
  readonly signal: AbortSignal;
}

/**
 * One model provider. It asks once: retries, time and fallbacks are the runner's. Throws `ProviderError` for
 * whatever the provider did, and nothing in particular once the signal has aborted.
 */
export interface ModelProvider {
  readonly name: string;
  complete(request: ModelRequest, options: ProviderCallOptions): Promise<ModelAnswer>;
  stream(request: ModelRequest, options: ProviderCallOptions): AsyncIterable<ProviderEvent>;
}
