/** Reading of WebSocket frames for those who look on at bytes that pass; who speaks WebSocket uses `ws`. */
export {
  type FrameSender,
  LONGEST_FRAME_HEAD,
  OPCODE,
  readFrameHead,
} from "#platform/websocket-frames/frame-head.ts";
export {
  createFrameReader,
  type FrameMessage,
  type FrameReader,
  type UnreadReason,
} from "#platform/websocket-frames/frame-reader.ts";
