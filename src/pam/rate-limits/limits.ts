export interface RateLimit {
  readonly maxRequests: number;
  readonly windowSeconds: number;
}

/** What one user may do in any window of so many seconds. The legacy's figures. */
export const RATE_LIMITS = {
  websocket: { maxRequests: 60, windowSeconds: 60 },
  rest_api: { maxRequests: 30, windowSeconds: 60 },
  voice_synthesis: { maxRequests: 10, windowSeconds: 60 },
  feedback: { maxRequests: 5, windowSeconds: 60 },
  auth: { maxRequests: 5, windowSeconds: 300 },
  heavy_operations: { maxRequests: 5, windowSeconds: 300 },
  // The legacy has none of these: as many as a chat may have messages, for they cost calls of a model.
  agentic_plan: { maxRequests: 30, windowSeconds: 60 },
  agentic_execute: { maxRequests: 30, windowSeconds: 60 },
} as const;

/** Frames of one user on all sockets together, valid or not; the legacy counts them in Redis. */
export const FRAME_LIMIT = { maxRequests: 100, windowSeconds: 60 } as const;

export type RateLimitName = keyof typeof RATE_LIMITS;
