const FINAL_CLOSE = 0x88;
const IS_MASKED = 0x80;

/** A close frame with a code and no reason. A client's frame needs a masking key (RFC 6455 §5.3). */
export function encodeCloseFrame(code: number, maskingKey?: Buffer): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  if (maskingKey === undefined) return Buffer.from([FINAL_CLOSE, payload.length, ...payload]);
  const masked = payload.map((byte, index) => byte ^ maskingKey.readUInt8(index));
  return Buffer.from([FINAL_CLOSE, IS_MASKED | payload.length, ...maskingKey, ...masked]);
}
