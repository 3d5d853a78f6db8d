import { defineConcern } from "#concerns/concern.ts";

export const analytics = defineConcern({ name: "analytics", handlers: {} });
