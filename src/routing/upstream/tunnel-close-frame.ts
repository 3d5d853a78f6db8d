const FINAL_CLOSE = 0x88;
const IS_MASKED = 0x80;

/** RFC 6455 §5.5: 125 bytes of payload, two of them for the code. */
const MAX_REASON_BYTES = 123;

/**
 * A close frame. A client's frame needs a masking key (RFC 6455 §5.3). Throws a `RangeError` for a reason over 123
 * bytes, with which there can be none.
 */
export function encodeCloseFrame(
  code: number,
  {
    maskingKey,
    reason = "",
  }: { readonly maskingKey?: Buffer | undefined; readonly reason?: string } = {},
): Buffer {
  const text = Buffer.from(reason);
  if (text.length > MAX_REASON_BYTES) {
    throw new RangeError(`Cannot close with a reason of ${text.length} bytes: at most 123 fit`);
  }
  const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), text]);
  if (maskingKey === undefined) return Buffer.from([FINAL_CLOSE, payload.length, ...payload]);
  const masked = payload.map((byte, index) => byte ^ maskingKey.readUInt8(index % 4));
  return Buffer.from([FINAL_CLOSE, IS_MASKED | payload.length, ...maskingKey, ...masked]);
}
