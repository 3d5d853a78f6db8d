import { createHealth } from "#concerns/chat/health.ts";
import { defineConcern } from "#concerns/concern.ts";

export const chat = defineConcern({
  name: "chat",
  handlers: { health: createHealth },
});
