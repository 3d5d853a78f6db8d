import type { Database } from "#platform/database/index.ts";

import { createCallable, type CallableOptions } from "./tools/call-tool.ts";
import { chooseTools, type ToolCallable, type ToolChoice, type ToolSchema } from "./tools/door.ts";
import { TOOLS } from "./tools/registry.ts";
import type { Tool } from "./tools/tool.ts";
import type { TurnTool } from "./turn/run-calls.ts";

/** The tools of the registry as a turn needs them: to offer, and to run. */
export interface TurnTools {
  readonly choose: (message: string, userId: string, choice: ToolChoice) => readonly ToolSchema[];
  readonly find: (name: string, userId: string) => TurnTool | undefined;
}

export interface TurnToolsOptions extends Omit<CallableOptions, "database"> {
  /** Asked for by the first call that needs it. */
  readonly database?: () => Promise<Database>;
  /** Default: every tool, for everybody. */
  readonly isEnabled?: (toolName: string, userId: string) => boolean;
}

/** Every tool there is, working on these services. */
export function createTurnTools({
  database,
  isEnabled = () => true,
  ...options
}: TurnToolsOptions): TurnTools {
  /** A database that cannot be opened is a defect; the tool then says that it has none. */
  async function openDatabase(toolName: string): Promise<Pick<CallableOptions, "database">> {
    try {
      return database === undefined ? {} : { database: await database() };
    } catch (error) {
      options.onDefect?.(toolName, error);
      return {};
    }
  }

  function toCallable(tool: Tool): ToolCallable {
    if (!tool.needs.includes("database")) return createCallable(tool, options);
    let opened: ToolCallable | undefined;
    return async (args, caller, signal) => {
      if (opened !== undefined) return opened(args, caller, signal);
      const found = await openDatabase(tool.name);
      const callable = createCallable(tool, { ...options, ...found });
      if (found.database !== undefined) opened = callable;
      return callable(args, caller, signal);
    };
  }

  const tools = new Map<string, TurnTool>();
  for (const tool of TOOLS.values()) {
    const { name, access, confirmationPrompt } = tool;
    tools.set(name, { access, confirmationPrompt, run: toCallable(tool) });
  }
  return {
    choose: (message, userId, choice) =>
      chooseTools(message, choice).filter(({ name }) => isEnabled(name, userId)),
    find: (name, userId) => (isEnabled(name, userId) ? tools.get(name) : undefined),
  };
}
