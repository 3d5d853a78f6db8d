import type { IncomingMessage, ServerResponse } from "node:http";

import express, { type NextFunction, type Request, type Response } from "express";
import helmet from "helmet";

import type {
  Concern,
  ConcernDependencies,
  Handshake,
  NativeContext,
  NativeHandler,
  NativeSocketHandler,
  SocketOpening,
} from "#concerns/concern.ts";
import { toErrorAnswer } from "#platform/error-answer.ts";
import { AppError, type ErrorCode, toMessage } from "#platform/errors.ts";
import { toCorsHeaders } from "#routing/cors.ts";
import { CLIENT_LEFT } from "#routing/exchange.ts";
import type { RouteMatch } from "#routing/match-route.ts";
import { ROUTE_TABLE } from "#routing/route-table.ts";

/**
 * How a native side ended a request. `yielded`: it failed, and the client has nothing of an answer: it waits for
 * somebody else's.
 */
export interface NativeOutcome {
  readonly kind: "answered" | "yielded";
  readonly status: number;
  readonly errorCode: ErrorCode | undefined;
}

/** One request on its way to a native side. */
export interface NativeExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether a failure that would be answered with this status is left to somebody else. Default: none is. */
  readonly yields?: (status: number) => boolean;
}

/** Everything this process can answer itself. */
export interface NativeSide {
  /**
   * Answers in full, errors included, but for those that it yields. Resolves when the answer has been handed to the
   * socket; never rejects.
   */
  handle(exchange: NativeExchange, match: RouteMatch, requestId: string): Promise<NativeOutcome>;
  /** Answers a WebSocket handshake and carries the socket; never rejects. */
  open(handshake: Handshake, match: RouteMatch, requestId: string): Promise<SocketOpening>;
}

export interface NativeSideOptions {
  readonly concerns: readonly Concern[];
  readonly dependencies: ConcernDependencies;
  readonly allowedOrigins: ReadonlySet<string>;
}

type Factories<Handler> = Readonly<Record<string, (dependencies: ConcernDependencies) => Handler>>;

/** Handlers of one kind by the id of their route. */
function build<Handler>(
  { concerns, dependencies }: NativeSideOptions,
  factoriesOf: (concern: Concern) => Factories<Handler>,
): ReadonlyMap<string, Handler> {
  const handlers = new Map<string, Handler>();
  for (const concern of concerns) {
    for (const [route, create] of Object.entries(factoriesOf(concern))) {
      const id = `${concern.name}.${route}`;
      if (!ROUTE_TABLE.some((row) => row.id === id)) {
        throw new TypeError(`The native handler "${id}" answers no row of the route table`);
      }
      handlers.set(id, create(dependencies));
    }
  }
  return handlers;
}

/** JSON answers are no documents: nothing may be loaded, framed or guessed from them. */
const securityHeaders = helmet({
  contentSecurityPolicy: {
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    useDefaults: false,
  },
  strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true, preload: true },
  referrerPolicy: { policy: "strict-origin-when-cross-origin" },
  xFrameOptions: { action: "deny" },
});

interface Running {
  readonly handler: NativeHandler;
  readonly context: NativeContext;
  readonly yields: (status: number) => boolean;
  readonly end: (outcome: NativeOutcome) => void;
  errorCode?: ErrorCode;
}

/** What was set for an answer that is not given. */
function withdrawHeaders(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
}

/**
 * Runs the concerns' handlers inside one Express app. Express gives its request and response, its error
 * path and helmet; it does not route, because only the route table says what a path means.
 */
export function createNativeSide(options: NativeSideOptions): NativeSide {
  const handlers = build<NativeHandler>(options, (concern) => concern.handlers);
  const sockets = build<NativeSocketHandler>(options, (concern) => concern.sockets ?? {});
  const { logger } = options.dependencies;
  const running = new WeakMap<IncomingMessage, Running>();

  const app = express();
  // The legacy sends no ETag; a 304 would be an answer that no client of it has seen.
  app.disable("etag").disable("x-powered-by").set("query parser", "simple");
  app.use(securityHeaders);
  app.use((request: Request, response: Response, next: NextFunction) => {
    response.set(toCorsHeaders(request.headers.origin, options.allowedOrigins));
    // NODE_ENV is not production on the legacy; it forbids all caching, and clients are used to it.
    response.set("cache-control", "no-store, no-cache, must-revalidate, private");
    next();
  });
  app.use(async (request: Request, response: Response) => {
    const entry = running.get(request);
    if (entry === undefined) throw new TypeError("A native request came without its context");
    response.set("x-request-id", entry.context.requestId);
    await entry.handler(request, response, entry.context);
  });
  // oxlint-disable-next-line max-params -- Express knows an error handler by its four parameters
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const answer = toErrorAnswer(error);
    const entry = running.get(request);
    if (entry !== undefined) entry.errorCode = answer.code;
    if (!(error instanceof AppError)) {
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error(
        { requestId: entry?.context.requestId, error: toMessage(error), stack },
        "A native handler failed",
      );
    }
    if (response.headersSent) response.destroy();
    else if (entry?.yields(answer.status) === true) {
      withdrawHeaders(response);
      entry.end({ kind: "yielded", status: answer.status, errorCode: answer.code });
    } else response.writeHead(answer.status, answer.headers).end(answer.body);
  });

  return {
    async handle({ request, response, yields = () => false }, { route, params }, requestId) {
      const handler = handlers.get(route.id);
      if (handler === undefined) throw new TypeError(`No native handler answers "${route.id}"`);
      const { promise, resolve } = Promise.withResolvers<NativeOutcome>();
      const context = { requestId, params };
      const entry: Running = { handler, context, yields, end: resolve };
      running.set(request, entry);
      response.once("close", () => {
        const status = response.writableFinished ? response.statusCode : CLIENT_LEFT;
        resolve({ kind: "answered", status, errorCode: entry.errorCode });
      });
      app(request, response);
      return promise;
    },

    async open(handshake, { route, params }, requestId) {
      const handler = sockets.get(route.id);
      if (handler === undefined) throw new TypeError(`No native socket answers "${route.id}"`);
      return handler(handshake, { requestId, params });
    },
  };
}
