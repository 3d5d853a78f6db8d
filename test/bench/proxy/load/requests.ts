import { signToken } from "#support/sign-token.ts";

const USERS = 256;

/** The headers of a browser with its user's token, about a kilobyte. */
const toHead = (line: string, port: number, token: string): string =>
  [
    line,
    `Host: 127.0.0.1:${port}`,
    "Connection: keep-alive",
    'sec-ch-ua: "Chromium";v="156", "Not(A:Brand";v="24"',
    "sec-ch-ua-mobile: ?0",
    'sec-ch-ua-platform: "macOS"',
    `Authorization: Bearer ${token}`,
    "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
    "Accept: application/json, text/plain, */*",
    "Origin: http://localhost:8080",
    "Sec-Fetch-Site: cross-site",
    "Sec-Fetch-Mode: cors",
    "Referer: http://localhost:8080/pam",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Accept-Language: en-AU,en;q=0.9",
    "Cookie: _ga=GA1.1.1234567890.1732000000; theme=dark; visited=1",
  ].join("\r\n");

const MESSAGE = JSON.stringify({
  message: "How much of my budget is left this month after the trip to Cairns?",
  session_id: "bench",
  context: { current_page: "pam_chat", notes: "x".repeat(850), more: "y".repeat(850) },
});

export const REQUEST_KINDS = ["get", "post", "up", "up-chunked", "down"] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

const LINES = {
  get: "GET /api/v1/pam/health HTTP/1.1",
  post: "POST /api/v1/pam/chat HTTP/1.1",
  up: "POST /api/v1/pam/chat?bench=up HTTP/1.1",
  "up-chunked": "POST /api/v1/pam/chat?bench=up HTTP/1.1",
  down: "GET /api/v1/pam/health?bench=down HTTP/1.1",
} as const satisfies Record<RequestKind, string>;

const UP_BYTES = 10 * 1_048_576;
const CHUNK_BYTES = 65_536;

const toChunks = (): readonly Buffer[] => {
  const line = Buffer.from(`${CHUNK_BYTES.toString(16)}\r\n`);
  const chunk = Buffer.concat([line, Buffer.alloc(CHUNK_BYTES, "x"), Buffer.from("\r\n")]);
  return Array.from({ length: UP_BYTES / CHUNK_BYTES }, () => chunk);
};

function toRequest(kind: RequestKind, port: number, token: string): Buffer {
  const head = toHead(LINES[kind], port, token);
  switch (kind) {
    case "get":
    case "down":
      return Buffer.from(`${head}\r\n\r\n`);
    case "post":
      return Buffer.from(
        `${head}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(MESSAGE)}\r\n\r\n${MESSAGE}`,
      );
    case "up":
      return Buffer.concat([
        Buffer.from(
          `${head}\r\nContent-Type: application/octet-stream\r\nContent-Length: ${UP_BYTES}\r\n\r\n`,
        ),
        Buffer.alloc(UP_BYTES, "x"),
      ]);
    case "up-chunked":
      return Buffer.concat([
        Buffer.from(
          `${head}\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n`,
        ),
        ...toChunks(),
        Buffer.from("0\r\n\r\n"),
      ]);
  }
}

/** Tokens of as many users as a busy instance sees at once. */
export const createTokens = async (): Promise<readonly string[]> =>
  Promise.all(
    Array.from({ length: USERS }, async (_, index) => signToken({ sub: `user-${index}` })),
  );

/** The bytes of one request for each token. */
export const toRequests = (
  kind: RequestKind,
  port: number,
  tokens: readonly string[],
): readonly Buffer[] =>
  (kind.startsWith("up") ? tokens.slice(0, 1) : tokens).map((token) =>
    toRequest(kind, port, token),
  );
