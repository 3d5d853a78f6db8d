import { defineConcern } from "#concerns/concern.ts";

export const ws = defineConcern({ name: "ws", handlers: {} });
