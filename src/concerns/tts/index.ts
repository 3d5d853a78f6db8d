import { defineConcern } from "#concerns/concern.ts";

export const tts = defineConcern({ name: "tts", handlers: {} });
