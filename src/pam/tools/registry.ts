import { systemClock } from "#platform/clock.ts";

import { createCallable, type CallableOptions, type ToolCallable } from "./call-tool.ts";
import { CORE_TOOLS } from "./core-tools.ts";
import type { Tool, ToolSchema } from "./tool.ts";

/** Always sent to the model, whatever the message: the legacy's eleven, in its order. */
export const MINIMAL_CORE_TOOL_NAMES = [
  "analyze_budget",
  "get_spending_summary",
  "get_weather_forecast",
  "create_calendar_event",
  "get_calendar_events",
  "search_knowledge",
  "create_expense",
  "plan_trip",
  "find_rv_parks",
  "calculate_gas_cost",
  "web_search",
] as const;

/** Tools by name, in the order of the list. Throws where two share a name. */
export function createRegistry(tools: readonly Tool[]): ReadonlyMap<string, Tool> {
  const registry = new Map<string, Tool>();
  for (const tool of tools) {
    if (registry.has(tool.name)) throw new TypeError(`Two tools are named "${tool.name}"`);
    registry.set(tool.name, tool);
  }
  return registry;
}

/** The one registry of the process. Reading it twice gives the same tools. */
export const TOOLS: ReadonlyMap<string, Tool> = createRegistry(CORE_TOOLS);

function toSchema({ name, description, category, access, parameters }: Tool): ToolSchema {
  return { name, description, category, access, parameters };
}

/** The canonical definitions of all tools, in the legacy's order. */
export function getToolSchemas(): readonly ToolSchema[] {
  return [...TOOLS.values()].map(toSchema);
}

/** Whether a tool acts on others in the user's name, and so only on the user's word. */
export function needsConfirmation(name: string): boolean {
  return TOOLS.get(name)?.needsConfirmation === true;
}

/** The definitions of the tools that every message gets. */
export function getMinimalCoreTools(): readonly ToolSchema[] {
  return MINIMAL_CORE_TOOL_NAMES.flatMap((name) => {
    const tool = TOOLS.get(name);
    return tool === undefined ? [] : [toSchema(tool)];
  });
}

/**
 * Name → callable, for every tool. Without a service that a tool needs, its callable answers `NOT_CONFIGURED`;
 * without any options, so does every tool that needs one at all.
 */
export function getToolFunctionMap(
  options: Partial<CallableOptions> = {},
): ReadonlyMap<string, ToolCallable> {
  const ports = { clock: systemClock, ...options };
  return new Map([...TOOLS].map(([name, tool]) => [name, createCallable(tool, ports)]));
}
