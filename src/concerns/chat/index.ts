import { createContextUpdate } from "#concerns/chat/context-update.ts";
import { createContext } from "#concerns/chat/context.ts";
import { createFeedback } from "#concerns/chat/feedback.ts";
import { createHealth } from "#concerns/chat/health.ts";
import { createHistoryDelete } from "#concerns/chat/history-delete.ts";
import { createHistory } from "#concerns/chat/history.ts";
import { createSend } from "#concerns/chat/send.ts";
import { createThumb } from "#concerns/chat/thumb.ts";
import { defineConcern } from "#concerns/concern.ts";

export const chat = defineConcern({
  name: "chat",
  handlers: {
    context: createContext,
    "context-update": createContextUpdate,
    feedback: createFeedback,
    health: createHealth,
    history: createHistory,
    "history-delete": createHistoryDelete,
    send: createSend,
    thumb: createThumb,
  },
});
