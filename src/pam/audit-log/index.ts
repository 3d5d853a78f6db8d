export { createAuditLog } from "#pam/audit-log/audit-log.ts";
export type { AuditCount, AuditEvent, AuditFilter } from "#pam/audit-log/audit-event.ts";
