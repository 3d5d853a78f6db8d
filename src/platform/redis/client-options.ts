const CONNECT_TIMEOUT_MS = 1_000;
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;

/** Every client reconnects for ever, but it never keeps a command for later: whoever asked has moved on. */
export const CLIENT_OPTIONS = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  // RESP2 is what every server speaks.
  protocol: 2,
  disableClientInfo: true,
  retryStrategy: (attempt: number): number =>
    Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt - 1, 10), MAX_RETRY_MS),
} as const;
