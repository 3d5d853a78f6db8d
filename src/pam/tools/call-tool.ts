import { untilAborted } from "#platform/resilience/until-aborted.ts";

import { isUuid } from "./arguments.ts";
import { boundResult } from "./bound-result.ts";
import type { ToolPorts } from "./ports.ts";
import { ToolError } from "./tool-error.ts";
import { toFailure, type ToolFailure, type ToolResult } from "./tool-result.ts";
import type { Tool, ToolCaller } from "./tool.ts";

/**
 * Runs one tool for one caller. Never rejects: whatever goes wrong is a result with `success: false`. What the
 * model sent as `user_id` counts for nothing; the caller does.
 */
export type ToolCallable = (
  args: unknown,
  caller: ToolCaller,
  signal?: AbortSignal,
) => Promise<ToolResult>;

export interface CallableOptions extends ToolPorts {
  /** Told of defects: failures that no tool announced. Their text never reaches the model. */
  readonly onDefect?: (toolName: string, error: unknown) => void;
}

function timeoutText({ name, access, timeoutMs }: Tool): string {
  const late = `${name} took longer than ${timeoutMs / 1_000} s`;
  return access === "read" ? late : `${late}: it may have been carried out all the same`;
}

export function createCallable(tool: Tool, { onDefect, ...ports }: CallableOptions): ToolCallable {
  async function run(args: unknown, caller: ToolCaller, signal: AbortSignal): Promise<ToolResult> {
    if (!isUuid(caller.userId)) {
      throw new ToolError("NOT_ALLOWED", "Tools work for a signed-in user only");
    }
    return tool.run(args, { ...ports, caller }, signal);
  }

  function toToolFailure(error: unknown, isCancelled: boolean): ToolFailure {
    if (isCancelled) return toFailure("CANCELLED", `${tool.name} was cancelled`);
    if (error instanceof ToolError) return toFailure(error.code, error.message);
    if (error instanceof DOMException && error.name === "TimeoutError") {
      return toFailure("TIMEOUT", timeoutText(tool));
    }
    onDefect?.(tool.name, error);
    return toFailure("FAILED", `${tool.name} could not be carried out`);
  }

  return async (args, caller, signal) => {
    const deadline = AbortSignal.timeout(tool.timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      return boundResult(await untilAborted(run(args, caller, either), either));
    } catch (error) {
      return toToolFailure(error, signal?.aborted === true);
    }
  };
}
