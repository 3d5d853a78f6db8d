import { defineConcern } from "#concerns/concern.ts";

export const agentic = defineConcern({ name: "agentic", handlers: {} });
