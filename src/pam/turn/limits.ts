/** What one turn may do. Time and attempts of its model calls are the provider policy's. */
export const TURN_LIMITS = {
  /** Answers of the model whose tool calls are carried out; the next one may not call any. */
  toolRounds: 4,
  toolCalls: 8,
  /** The model is told of those that are not run; beyond this many it is not. */
  callsOfAnswer: 16,
  /** Writes are run one by one. */
  readsAtATime: 4,
  /** Of each call, however long the tool itself would wait. */
  toolMs: 8_000,
  /** The legacy's figure: newest messages that the model gets to read again. */
  historyMessages: 20,
} as const;
