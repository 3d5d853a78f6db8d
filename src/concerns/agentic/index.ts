import { createCapabilities } from "#concerns/agentic/capabilities.ts";
import { defineConcern } from "#concerns/concern.ts";

export const agentic = defineConcern({
  name: "agentic",
  handlers: { capabilities: createCapabilities },
});
