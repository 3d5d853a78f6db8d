import type { ConcernDependencies, NativeHandler } from "#concerns/concern.ts";
import { accept, readBody } from "#concerns/read-request.ts";
import { sendJson } from "#concerns/send-json.ts";
import { whileConnected } from "#concerns/while-connected.ts";
import { ttsExecuteTool } from "#contracts/tts/hybrid.contract.ts";
import { parseLegacyBody } from "#contracts/validation/legacy-request.ts";
import {
  getToolFunctionMap,
  getToolSchemas,
  needsConfirmation,
  type ToolCallable,
} from "#pam/tools/door.ts";
import { toMessage } from "#platform/errors.ts";

const TOOL_NAMES: ReadonlySet<string> = new Set(getToolSchemas().map(({ name }) => name));

/**
 * `POST /api/v1/pam/voice-hybrid/execute-tool`: runs one of the assistant's tools for the user of the token. The
 * `user_id` of the body, which the legacy believes, may only repeat that user.
 */
export function createExecuteTool({
  authenticator,
  clock,
  database,
  hasTool,
  logger,
}: ConcernDependencies): NativeHandler {
  let callables: ReadonlyMap<string, ToolCallable> | undefined;

  /** The database is not opened for a name that no tool has. */
  async function findTool(name: string, userId: string): Promise<ToolCallable | undefined> {
    if (!TOOL_NAMES.has(name) || !hasTool(name, userId)) return undefined;
    callables ??= getToolFunctionMap({
      clock,
      database: await database(),
      onDefect: (tool, error) => {
        logger.error({ tool, error: toMessage(error) }, "A tool failed");
      },
    });
    return callables.get(name);
  }

  return async (request, response) => {
    const body = await readBody(request);
    const { userId } = await authenticator.verifyHeader(request.headers.authorization);
    const wish = accept(parseLegacyBody(ttsExecuteTool.request.body, body));
    const fail = (error: string): void => {
      sendJson(response, 200, { success: false, error });
    };
    if (wish.user_id !== userId) {
      fail("Tools run for the signed-in user only");
      return;
    }
    // The words that would confirm it were spoken to another service; nothing here can know of them.
    if (needsConfirmation(wish.tool_name)) {
      fail(`${wish.tool_name} needs the user's confirmation, which cannot be given here`);
      return;
    }
    const tool = await findTool(wish.tool_name, userId);
    if (tool === undefined) {
      fail(`There is no tool named "${wish.tool_name}"`);
      return;
    }
    await whileConnected(response, async (signal) => {
      const result = await tool(wish.arguments, { userId }, signal);
      if (!result.success) fail(result.error);
      else sendJson(response, 200, { success: true, tool: wish.tool_name, result });
    });
  };
}
