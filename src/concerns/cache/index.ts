import { createAnalytics } from "#concerns/cache/analytics.ts";
import { createClear } from "#concerns/cache/clear.ts";
import { createInvalidate } from "#concerns/cache/invalidate.ts";
import { createStatus } from "#concerns/cache/status.ts";
import { createWarm } from "#concerns/cache/warm.ts";
import { defineConcern } from "#concerns/concern.ts";

export const cache = defineConcern({
  name: "cache",
  handlers: {
    analytics: createAnalytics,
    clear: createClear,
    invalidate: createInvalidate,
    status: createStatus,
    warm: createWarm,
  },
});
