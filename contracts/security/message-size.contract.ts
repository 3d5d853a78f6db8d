import { z } from "zod";

import { defineRouteContract } from "#contracts/contract.ts";
import { json, UNAUTHORIZED } from "#contracts/schema/answers.ts";
import { count, naiveTimestamp } from "#contracts/schema/values.ts";

const yes = z.literal(true);

const limit = <const Bytes extends number, const Words extends string>(
  bytes: Bytes,
  words: Words,
): z.ZodType<{ bytes_limit: Bytes; formatted_limit: Words }> =>
  z.strictObject({ bytes_limit: z.literal(bytes), formatted_limit: z.literal(words) });

const policies = z.strictObject({
  websocket_messages: z.strictObject({
    text_limit: z.literal("64KB bytes"),
    json_limit: z.literal("128KB bytes"),
    character_limit: z.literal("10K characters"),
    strict_validation: yes,
  }),
  rest_api_messages: z.strictObject({
    message_limit: z.literal("32KB bytes"),
    character_limit: z.literal("5K characters"),
    field_validation: yes,
  }),
  voice_synthesis: z.strictObject({
    text_limit: z.literal("10KB bytes"),
    character_limit: z.literal("2K characters"),
    optimized_for_tts: yes,
  }),
  feedback_submissions: z.strictObject({
    message_limit: z.literal("4KB bytes"),
    character_limit: z.literal("1K characters"),
    spam_prevention: yes,
  }),
});

const messageSizeAnswer = z.strictObject({
  success: yes,
  validation_statistics: z.strictObject({
    total_validations: count,
    size_violations: count,
    field_violations: count,
    largest_message_seen: z.strictObject({ bytes: count, formatted: z.string() }),
    violation_rate: z.string().regex(/^\d+\.\d%$/),
  }),
  message_type_limits: z.strictObject({
    websocket_text: limit(65_536, "64.0KB"),
    websocket_json: limit(131_072, "128.0KB"),
    rest_api_chat: limit(32_768, "32.0KB"),
    voice_synthesis: limit(10_240, "10.0KB"),
    feedback: limit(4096, "4.0KB"),
    file_upload: limit(10_485_760, "10.0MB"),
    attachment: limit(5_242_880, "5.0MB"),
    context_data: limit(16_384, "16.0KB"),
  }),
  character_limits: z.strictObject({
    websocket_text: z.literal(10_000),
    rest_api_chat: z.literal(5000),
    voice_synthesis: z.literal(2000),
    feedback: z.literal(1000),
    context_data: z.literal(2000),
  }),
  field_limits: z.strictObject({
    message: z.literal(5000),
    content: z.literal(5000),
    title: z.literal(200),
    description: z.literal(1000),
    feedback_text: z.literal(1000),
    user_id: z.literal(100),
    session_id: z.literal(100),
    filename: z.literal(255),
    url: z.literal(2048),
  }),
  validation_policies: policies,
  security_integration: z.strictObject({
    size_violation_tracking: yes,
    automatic_blocking: yes,
    security_event_logging: yes,
    connection_termination: yes,
  }),
  timestamp: naiveTimestamp,
});

export const securityMessageSize = defineRouteContract({
  id: "security.message-size",
  method: "GET",
  path: "/api/v1/pam/message-size/status",
  summary: "Read the size limits and how often they were hit",
  auth: "bearer-with-profile",
  request: {},
  answers: { 200: [json(messageSizeAnswer, "To any user")], 401: UNAUTHORIZED },
});
