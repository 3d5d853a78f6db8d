import type { Principal } from "#platform/auth.ts";
import { AppError } from "#platform/errors.ts";

/** Roles that Supabase signs for whoever runs the service. */
const ADMINISTRATORS: ReadonlySet<string> = new Set(["admin", "service_role"]);

/** By the role of a token that was verified; the legacy believes any. */
export const isAdministrator = ({ role }: Principal): boolean => ADMINISTRATORS.has(role);

/** Throws FORBIDDEN for anybody else. */
export function requireAdministrator(principal: Principal): void {
  if (!isAdministrator(principal)) {
    throw new AppError("FORBIDDEN", undefined, { detail: "Administrator access required" });
  }
}
