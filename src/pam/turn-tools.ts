import { createCallable, type CallableOptions } from "./tools/call-tool.ts";
import { chooseTools, type ToolChoice, type ToolSchema } from "./tools/door.ts";
import { TOOLS } from "./tools/registry.ts";
import type { TurnTool } from "./turn/run-calls.ts";

/** The tools of the registry as a turn needs them: to offer, and to run. */
export interface TurnTools {
  choose(message: string, choice: ToolChoice): readonly ToolSchema[];
  find(name: string): TurnTool | undefined;
}

/** Every tool there is, working on these services. */
export function createTurnTools(options: CallableOptions): TurnTools {
  const tools = new Map<string, TurnTool>();
  for (const tool of TOOLS.values()) {
    const { name, access, confirmationPrompt } = tool;
    tools.set(name, { access, confirmationPrompt, run: createCallable(tool, options) });
  }
  return { choose: chooseTools, find: (name) => tools.get(name) };
}
