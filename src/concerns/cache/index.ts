import { defineConcern } from "#concerns/concern.ts";

export const cache = defineConcern({ name: "cache", handlers: {} });
