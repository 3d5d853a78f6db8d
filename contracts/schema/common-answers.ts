import { z } from "zod";

import type { Answer, Answers } from "#contracts/contract.ts";
import { detail, internalError, json } from "#contracts/schema/answers.ts";
import { naiveTimestamp } from "#contracts/schema/values.ts";

const filterRequestId = z.string().regex(/^req_\d+_\d+$/);
const seconds = z.int().min(0);
const secondsHeader = z.string().regex(/^\d+$/);
const limitHeaders = {
  "retry-after": secondsHeader,
  "x-ratelimit-limit": secondsHeader,
  "x-ratelimit-remaining": secondsHeader,
  "x-ratelimit-reset": secondsHeader,
} as const;

const dangerousPattern = z.strictObject({
  error: z.literal("Security Violation"),
  message: z.string().endsWith("contains potentially dangerous content"),
  location: z.enum(["url", "headers", "body"]),
  request_id: filterRequestId,
});

const firewallBlock = z.strictObject({
  error: z.literal("Security Violation"),
  message: z.literal("Request blocked by Web Application Firewall"),
  violation_id: z.string(),
  request_id: filterRequestId,
});

const addressBlock = z.union([
  z.strictObject({
    error: z.literal("Access Forbidden"),
    message: z.literal("Your IP address has been temporarily blocked due to suspicious activity"),
    request_id: filterRequestId,
  }),
  z.strictObject({
    error: z.literal("Access Forbidden"),
    message: z.literal("Your IP address has been blocked due to security violations"),
  }),
]);

const tooLarge = z.strictObject({
  error: z.literal("Request Too Large"),
  message: z.enum([
    "Request size exceeds maximum allowed size of 10485760 bytes",
    "Request body exceeds maximum allowed size",
  ]),
  max_size: z.literal(10_485_760),
});

const sharedLimit = z.union([
  z.strictObject({
    error: z.literal("Rate limit exceeded"),
    message: z.templateLiteral([
      "Too many requests (user limit). Please try again in ",
      seconds,
      " seconds.",
    ]),
    retry_after: seconds,
    limit_type: z.literal("user"),
  }),
  z.strictObject({
    error: z.literal("IP rate limit exceeded"),
    message: z.templateLiteral([
      "Too many requests from this IP. Please try again in ",
      seconds,
      " seconds.",
    ]),
    retry_after: seconds,
    limit_type: z.literal("ip_global"),
  }),
]);

const pathLimit = z.union([
  z.strictObject({
    error: z.literal("Rate Limit Exceeded"),
    message: z.literal("Too many requests. Please try again later."),
    retry_after: secondsHeader,
    request_id: filterRequestId,
  }),
  z.strictObject({
    error: z.literal("Client Blocked"),
    message: z.literal("Your IP has been temporarily blocked due to excessive requests"),
    blocked_until: naiveTimestamp.describe("In the server's local time"),
    request_id: filterRequestId,
  }),
]);

/** What the legacy's filters answer in front of any route. */
export const COMMON_ANSWERS: Answers = {
  400: [
    json(dangerousPattern, "The URL, a header or the body has a dangerous pattern"),
    detail("There was an error parsing the body", "The bytes of the body cannot be read"),
  ],
  403: [
    json(firewallBlock, "A rule of the firewall hits"),
    json(addressBlock, "The address is blocked after earlier hits"),
  ],
  413: [
    json(tooLarge, "The body is over 10 MiB"),
    detail("The request body is too large", "The body is over 1 MiB", { side: "native" }),
  ],
  429: [
    json(sharedLimit, "The limit by token or by address is used up", { headers: limitHeaders }),
    json(pathLimit, "The limit by address, browser and path is used up", {
      headers: limitHeaders,
    }),
  ],
  500: [internalError],
};

/** Every answer that a route may give with this status. */
export const answersOf = (answers: Answers, status: number): readonly Answer[] => [
  ...(answers[status] ?? []),
  ...(COMMON_ANSWERS[status] ?? []),
];
