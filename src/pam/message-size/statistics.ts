import type { SizeVerdict } from "#pam/message-size/check-message-size.ts";

export interface MessageSizeFigures {
  readonly validations: number;
  readonly sizeViolations: number;
  /** Messages with a field over its limit. */
  readonly fieldViolations: number;
  readonly largestBytes: number;
}

/** How often messages were held to their limits in this process, and what came of it. */
export interface MessageSizeStatistics {
  record(verdict: SizeVerdict): void;
  read(): MessageSizeFigures;
}

export function createMessageSizeStatistics(): MessageSizeStatistics {
  let figures: MessageSizeFigures = {
    validations: 0,
    sizeViolations: 0,
    fieldViolations: 0,
    largestBytes: 0,
  };
  return {
    record({ kind, sizeInfo }) {
      figures = {
        validations: figures.validations + 1,
        sizeViolations: figures.sizeViolations + (kind === "message-too-large" ? 1 : 0),
        fieldViolations: figures.fieldViolations + (kind === "field-too-large" ? 1 : 0),
        largestBytes: Math.max(figures.largestBytes, sizeInfo.message_size_bytes),
      };
    },
    read: () => figures,
  };
}
