import { createHealth } from "#concerns/chat/health.ts";
import { createSend } from "#concerns/chat/send.ts";
import { defineConcern } from "#concerns/concern.ts";

export const chat = defineConcern({
  name: "chat",
  handlers: { health: createHealth, send: createSend },
});
