/** CPython's text for bytes that are no UTF-8, or `undefined` where they are. */
export function findUtf8Fault(bytes: Buffer): string | undefined {
  let index = 0;
  while (index < bytes.length) {
    const length = sequenceLength(bytes[index] ?? 0);
    if (length === 0) return describe(bytes, index, "invalid start byte");
    for (let offset = 1; offset < length; offset += 1) {
      if (index + offset >= bytes.length) return describe(bytes, index, "unexpected end of data");
      if (!isContinuation(bytes, index, offset)) {
        return describe(bytes, index, "invalid continuation byte");
      }
    }
    index += length;
  }
  return undefined;
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/** RFC 3629 §4: after some lead bytes the second byte has a narrower range. */
function isContinuation(bytes: Buffer, index: number, offset: number): boolean {
  const lead = bytes[index] ?? 0;
  const byte = bytes[index + offset] ?? 0;
  if (byte < 0x80 || byte > 0xbf) return false;
  if (offset > 1) return true;
  if (lead === 0xe0) return byte >= 0xa0;
  if (lead === 0xed) return byte < 0xa0;
  if (lead === 0xf0) return byte >= 0x90;
  return lead !== 0xf4 || byte < 0x90;
}

function describe(bytes: Buffer, index: number, what: string): string {
  const byte = (bytes[index] ?? 0).toString(16).padStart(2, "0");
  return `'utf-8' codec can't decode byte 0x${byte} in position ${index}: ${what}`;
}
