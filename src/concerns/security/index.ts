import { defineConcern } from "#concerns/concern.ts";
import { createAudit } from "#concerns/security/audit.ts";
import { createMessageSizeValidate } from "#concerns/security/message-size-validate.ts";
import { createMessageSizeStatus } from "#concerns/security/message-size.ts";
import { createRateLimitStatus } from "#concerns/security/rate-limits.ts";
import { createReset } from "#concerns/security/reset.ts";

export const security = defineConcern({
  name: "security",
  handlers: {
    audit: createAudit,
    "message-size": createMessageSizeStatus,
    "message-size-validate": createMessageSizeValidate,
    "rate-limits": createRateLimitStatus,
    reset: createReset,
  },
});
