/** In bytes, of a whole message. The legacy's figures; its status answers them as they stand here. */
export const BYTE_LIMITS = {
  websocket_text: 65_536,
  websocket_json: 131_072,
  rest_api_chat: 32_768,
  voice_synthesis: 10_240,
  feedback: 4_096,
  file_upload: 10_485_760,
  attachment: 5_242_880,
  context_data: 16_384,
} as const;

export type MessageType = keyof typeof BYTE_LIMITS;

export const MESSAGE_TYPES: readonly string[] = Object.keys(BYTE_LIMITS);

export const isMessageType = (name: string): name is MessageType => MESSAGE_TYPES.includes(name);

/** In code points, of a text that is a message by itself. */
export const CHARACTER_LIMITS = {
  websocket_text: 10_000,
  rest_api_chat: 5_000,
  voice_synthesis: 2_000,
  feedback: 1_000,
  context_data: 2_000,
} as const;

/** In code points, of a field of a message. */
export const FIELD_LIMITS = {
  message: 5_000,
  content: 5_000,
  title: 200,
  description: 1_000,
  feedback_text: 1_000,
  user_id: 100,
  session_id: 100,
  filename: 255,
  url: 2_048,
} as const;

/** In bytes, of a list or object inside a message. */
export const NESTED_BYTE_LIMIT = BYTE_LIMITS.context_data;
