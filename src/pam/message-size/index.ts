/** The sizes that messages may have, whatever way they come, and the legacy's words for what is too large. */
export {
  checkMessageSize,
  type SizeVerdict,
  textLengthFault,
} from "#pam/message-size/check-message-size.ts";
export { formatBytes } from "#pam/message-size/format-bytes.ts";
export {
  BYTE_LIMITS,
  CHARACTER_LIMITS,
  FIELD_LIMITS,
  isMessageType,
  MESSAGE_TYPES,
  type MessageType,
} from "#pam/message-size/limits.ts";
export {
  createMessageSizeStatistics,
  type MessageSizeFigures,
  type MessageSizeStatistics,
} from "#pam/message-size/statistics.ts";
