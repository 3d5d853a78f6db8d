import { defineConcern } from "#concerns/concern.ts";

export const chat = defineConcern({ name: "chat", handlers: {} });
