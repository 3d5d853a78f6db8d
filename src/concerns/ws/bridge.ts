import type { ConcernDependencies, NativeSocketHandler } from "#concerns/concern.ts";
import { BridgeConversation } from "#concerns/ws/bridge-conversation.ts";
import { createAskAssistant } from "#concerns/ws/chat/ask-assistant.ts";
import { createAcceptSocket } from "#concerns/ws/wire/accept-socket.ts";
import { admitSocket, UNAUTHORIZED } from "#concerns/ws/wire/admit-socket.ts";
import { createKeepalive } from "#concerns/ws/wire/keepalive.ts";

/**
 * `/api/v1/pam/voice-hybrid/bridge/{user_id}`: the assistant, for a realtime voice model. The legacy lets in anybody as
 * anybody; here the token in the query, which clients send anyway, must be the user's.
 */
export function createBridge(dependencies: ConcernDependencies): NativeSocketHandler {
  const { authenticator, clock, scheduler, socketFigures } = dependencies;
  const accept = createAcceptSocket({ scheduler, figures: socketFigures });
  const parts = {
    ...dependencies,
    ask: createAskAssistant(dependencies),
    keepalive: createKeepalive({ clock, scheduler, hasJsonPings: false }),
  };
  return async (handshake, { params }) => {
    const userId = params["user_id"] ?? "";
    const admission = await admitSocket(handshake.request, userId, authenticator);
    return accept(handshake, (line) => {
      if (admission.kind === "admitted") {
        line.converse(new BridgeConversation(userId, line, parts));
        return;
      }
      if (admission.kind === "refused") line.end(admission.code, admission.reason);
      else line.end(UNAUTHORIZED, "Missing authentication token");
    });
  };
}
