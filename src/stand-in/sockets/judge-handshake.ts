import { classifyToken, toRefusal, type TokenCheck } from "#stand-in/auth/auth-case.ts";
import { parametersOf, pathOf } from "#stand-in/rest/legacy-request.ts";
import { matchPath } from "#stand-in/rest/resolve-path.ts";

/** What the legacy does with a WebSocket handshake. `refused` closes with 4001 after the upgrade. */
export type Handshake =
  | {
      readonly kind: "rejected";
      readonly recording: "ws/connect-no-token" | "ws/connect-unknown-path";
    }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "pam"; readonly userId: string }
  | { readonly kind: "bridge" };

const PAM_SOCKET = "/api/v1/pam/ws/{user_id}";
const BRIDGE_SOCKET = "/api/v1/pam/voice-hybrid/bridge/{user_id}";

/** Pure but for what `check` holds. The token is looked for in the query and nowhere else. */
export function judgeHandshake(target: string, check: TokenCheck): Handshake {
  const path = pathOf(target);
  if (matchPath(BRIDGE_SOCKET, path) !== undefined) return { kind: "bridge" };
  const userId = matchPath(PAM_SOCKET, path)?.["user_id"];
  if (userId === undefined) return { kind: "rejected", recording: "ws/connect-unknown-path" };
  const token = parametersOf(target).get("token");
  // The missing parameter's own error is lost in a dependency, which leaves the server's bare 500.
  if (token === undefined) return { kind: "rejected", recording: "ws/connect-no-token" };
  if (token === "") return { kind: "refused", reason: "Missing authentication token" };
  const auth = classifyToken(token, "always", check);
  if (auth.kind !== "accepted") {
    return { kind: "refused", reason: `Authentication failed: 401: ${toRefusal(auth)}` };
  }
  const { sub, role } = auth.claims;
  const isPrivileged = role === "admin" || role === "service_role";
  if (sub !== userId && !isPrivileged) return { kind: "refused", reason: "User ID mismatch" };
  return { kind: "pam", userId };
}
