import type { ConcernDependencies, NativeSocketHandler } from "#concerns/concern.ts";
import { createAskAssistant } from "#concerns/ws/chat/ask-assistant.ts";
import { PamConversation } from "#concerns/ws/chat/pam-conversation.ts";
import { createFrameJudge } from "#concerns/ws/frames/judge-frame.ts";
import { createAcceptSocket } from "#concerns/ws/wire/accept-socket.ts";
import { admitSocket } from "#concerns/ws/wire/admit-socket.ts";
import { createKeepalive } from "#concerns/ws/wire/keepalive.ts";
import { refuseHandshake } from "#concerns/ws/wire/refuse-handshake.ts";

/** `/api/v1/pam/ws/{user_id}`: the assistant, for the user of the token in the query. */
export function createSocket(dependencies: ConcernDependencies): NativeSocketHandler {
  const { authenticator, clock, scheduler, socketFigures } = dependencies;
  const accept = createAcceptSocket({ scheduler, figures: socketFigures });
  const parts = {
    ...dependencies,
    ask: createAskAssistant(dependencies),
    judge: createFrameJudge(dependencies),
    keepalive: createKeepalive({ clock, scheduler, hasJsonPings: true }),
  };
  return async (handshake, { params }) => {
    const userId = params["user_id"] ?? "";
    const admission = await admitSocket(handshake.request, userId, authenticator);
    if (admission.kind === "absent") {
      const body = "Internal Server Error";
      return refuseHandshake(handshake, { status: 500, body, scheduler });
    }
    return accept(handshake, (line) => {
      if (admission.kind === "refused") line.end(admission.code, admission.reason);
      else line.converse(new PamConversation(userId, line, parts));
    });
  };
}
