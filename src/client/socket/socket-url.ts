import type { wsSocket } from "#contracts/ws/socket.contract.ts";

/** By its type alone: the contract of the socket brings all of its frames with it, and none is needed here. */
const PATH: (typeof wsSocket)["path"] = "/api/v1/pam/ws/{user_id}";

/** The backend takes the token from the query and nowhere else: browsers set no headers on a socket. */
export function toSocketUrl(baseUrl: string, userId: string, token: string): string {
  const path = PATH.replace("{user_id}", () => encodeURIComponent(userId));
  return `${baseUrl.replace(/^http/u, "ws")}${path}?token=${encodeURIComponent(token)}`;
}
