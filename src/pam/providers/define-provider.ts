import type { Clock } from "#platform/clock.ts";

import type { ChatCompletionsFormat } from "./chat-completions/body.ts";
import type { ClaudeFormat } from "./messages/body.ts";
import type { ModelProvider } from "./provider.ts";

export interface ProviderAccess {
  readonly apiKey: string;
  readonly baseUrl: string;
}

export interface ProviderDependencies {
  /** How tools are written: the formats of `#pam/tools/door.ts`. The rooms of PAM do not import one another. */
  readonly formats: {
    readonly claude: ClaudeFormat;
    readonly chatCompletions: ChatCompletionsFormat;
  };
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

export interface ProviderDefinition {
  readonly name: string;
  /** Where it is, unless the operator says otherwise. */
  readonly baseUrl: string;
  create(access: ProviderAccess, dependencies: ProviderDependencies): ModelProvider;
}

/** Gives a provider its type and keeps its literal name. */
export function defineProvider<const T extends ProviderDefinition>(provider: T): T {
  return provider;
}
