/** Takes what is secret or personal out of whatever is written down or shown. */
export { createRedactor, type Redactor, toOmitted } from "#platform/redaction/redact.ts";
export { createTokenBook } from "#platform/redaction/token-book.ts";
export { createTextRedactor } from "#platform/redaction/redact-text.ts";
export { isPersonalName, isSecretName } from "#platform/redaction/secret-names.ts";
