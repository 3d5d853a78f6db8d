const ERRORS: ReadonlySet<string> = new Set(["error", "critical"]);

const SECURITY_TYPES: ReadonlySet<string> = new Set([
  "security_event",
  "rate_limit_violation",
  "message_size_violation",
  "authentication_event",
]);

interface Kind {
  readonly eventType: string;
  readonly severity: string;
}

export const isError = ({ severity }: Kind): boolean => ERRORS.has(severity);

export const isSecurity = ({ eventType, severity }: Kind): boolean =>
  severity === "security" || SECURITY_TYPES.has(eventType);
