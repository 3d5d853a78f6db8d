import { z } from "zod";

import type { CloseContract } from "#contracts/contract.ts";

const exactly = (reason: string): z.ZodType<string> => z.literal(reason);

const live = (code: number, reason: z.ZodType<string>, when: string): CloseContract => ({
  code,
  reason,
  status: "live",
  when,
});

const dormant = (code: number, reason: z.ZodType<string>, when: string): CloseContract => ({
  code,
  reason,
  status: "dormant",
  when,
});

/**
 * How the server ends a socket. The handshake is accepted first and a bad token closes afterwards: a
 * refusal before the upgrade would end the web client's retries.
 */
export const SOCKET_CLOSES: readonly CloseContract[] = [
  live(4001, exactly("Missing authentication token"), "The token is empty"),
  live(
    4001,
    z.string().startsWith("Authentication failed: 401: Invalid JWT format: "),
    "The token is no JWT",
  ),
  live(
    4001,
    exactly("Authentication failed: 401: Token expired - please refresh"),
    "The token has expired",
  ),
  live(
    4001,
    exactly("Authentication failed: 401: Invalid token: missing user ID"),
    "The token has no sub",
  ),
  live(
    4001,
    exactly("User ID mismatch"),
    "The sub is not the path's user and the role neither admin nor service_role",
  ),
  dormant(4001, exactly("Invalid authentication token"), "The decoder gives nothing"),
  dormant(
    4003,
    exactly("IP blocked: IP blocked due to previous violations"),
    "The address is blocked; nothing blocks one",
  ),
  live(
    4003,
    exactly("Repeated validation failures"),
    "The fifth and every later validation failure of the user, without an error frame",
  ),
  live(
    4003,
    exactly("Security violation"),
    "The fifth and every later hit of either security layer, without an error frame",
  ),
  live(
    4008,
    exactly("Excessive rate limit violations"),
    "The fifth and every later refusal of the limit in memory, after its error frame",
  ),
  live(
    4009,
    exactly("Message size violation"),
    "The fifth and every later size violation, or over 1 MiB, after its error frame",
  ),
  live(1001, exactly("Ping timeout"), "No pong for over 70 s"),
  live(1009, exactly(""), "A raw frame over 16 MiB"),
  live(1011, exactly("keepalive ping timeout"), "A protocol ping unanswered for 20 s"),
  live(1011, exactly("Internal server error"), "An exception that nothing caught"),
  live(1012, exactly(""), "The server stops"),
];
