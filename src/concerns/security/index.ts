import { defineConcern } from "#concerns/concern.ts";

export const security = defineConcern({ name: "security", handlers: {} });
