import type { ToolPorts } from "#pam/tools/ports.ts";
import { getToolFunctionMap } from "#pam/tools/registry.ts";
import type { ToolErrorCode } from "#pam/tools/tool-error.ts";
import type { ToolCaller } from "#pam/tools/tool.ts";

/** The user whom tests act for. */
export const ME = "11111111-1111-4111-8111-111111111111";
export const OTHER = "44444444-4444-4444-8444-444444444444";
/** A Sunday. */
export const NOW = Date.UTC(2026, 2, 15, 12);

type Fields = Readonly<Record<string, unknown>>;

export interface ToolKit {
  /** Runs a tool for `ME`, or for another caller, and gives its result. */
  call(name: string, args?: Fields, caller?: Partial<ToolCaller>): Promise<Fields>;
  /** The same, for a result that must be a success. */
  succeed(name: string, args?: Fields, caller?: Partial<ToolCaller>): Promise<Fields>;
}

export function createToolKit(ports: ToolPorts): ToolKit {
  const defects: Error[] = [];
  const callables = getToolFunctionMap({
    ...ports,
    onDefect(_name, error) {
      defects.push(error instanceof Error ? error : new Error(String(error)));
    },
  });

  async function call(
    name: string,
    args: Fields = {},
    caller: Partial<ToolCaller> = {},
  ): Promise<Fields> {
    const callable = callables.get(name);
    if (callable === undefined) throw new Error(`No tool is named ${name}`);
    const result: Fields = { ...(await callable(args, { userId: ME, ...caller })) };
    // A defect fails its test with its own stack, not as a text that a tool might give.
    const [defect] = defects.splice(0);
    if (defect !== undefined) throw defect;
    return result;
  }

  return {
    call,
    async succeed(name, args, caller) {
      const result = await call(name, args, caller);
      if (result["success"] !== true) throw new Error(`${name} failed: ${JSON.stringify(result)}`);
      return result;
    },
  };
}

export function failure(error_code: ToolErrorCode, error: string): Fields {
  return { success: false, error, error_code };
}
