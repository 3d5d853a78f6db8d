import type { z } from "zod";

/**
 * What a caller has to show, in the legacy's terms.
 * `bearer`: a token with a `sub`. `bearer-with-profile`: the same, and the user's profile must load.
 * `bearer-limited`: the same, and 30 requests a minute. `bearer-optional`: only chooses whose limit counts.
 * `bearer-debug`: its own 403s, and a bad token is no refusal. `internal-secret`: in the query.
 * `conversation-token`: of another issuer. `socket-token`: in the query of the handshake.
 */
export type AuthKind =
  | "none"
  | "bearer"
  | "bearer-with-profile"
  | "bearer-limited"
  | "bearer-optional"
  | "bearer-debug"
  | "internal-secret"
  | "conversation-token"
  | "socket-token";

interface AnswerBase {
  /** The case in which it is given, for a person to read. */
  readonly when: string;
  /** Headers that belong to this answer; those of every answer are not repeated. */
  readonly headers?: Readonly<Record<string, z.ZodType<string>>>;
  /** `native`: what the route was for. The legacy never gets there. */
  readonly side?: "native";
}

/** `application/json` without a charset. The schema's keys stand in the order of the wire. */
export interface JsonAnswer<Schema extends z.ZodType = z.ZodType> extends AnswerBase {
  readonly kind: "json";
  readonly schema: Schema;
}

export interface TextAnswer extends AnswerBase {
  readonly kind: "text";
  readonly contentType: string;
  readonly schema: z.ZodType<string>;
}

export interface BytesAnswer extends AnswerBase {
  readonly kind: "bytes";
  readonly contentType: string;
}

/** No body. */
export interface EmptyAnswer extends AnswerBase {
  readonly kind: "empty";
}

export type Answer = JsonAnswer | TextAnswer | BytesAnswer | EmptyAnswer;

export type Answers = Readonly<Record<number, readonly Answer[]>>;

/** The parts of a request that are validated; a part that is left out is not looked at. */
export interface RequestContract {
  readonly path?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
}

/** What both sides of one REST route must meet. */
export interface RouteContract {
  /** As in the route table: `<concern>.<name>`. */
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "OPTIONS";
  readonly path: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  readonly auth: AuthKind;
  readonly request: RequestContract;
  /** The route's own answers by status. `COMMON_ANSWERS` come on top. */
  readonly answers: Answers;
}

/** Identity: it keeps the types of the schemas while it checks the shape. */
export const defineRouteContract = <const Contract extends RouteContract>(
  contract: Contract,
): Contract => contract;

/** What the JSON answers of one status hold: `AnswerBody<typeof chatSend, 200>`. */
export type AnswerBody<
  Contract extends RouteContract,
  Status extends keyof Contract["answers"],
> = Contract["answers"][Status] extends readonly (infer Given)[]
  ? Given extends JsonAnswer<infer Schema>
    ? z.output<Schema>
    : never
  : never;

/**
 * One kind of text frame. `live` ones travel; `dormant` ones have a shape in the legacy's code that nothing
 * reaches.
 */
export interface FrameContract {
  /** Unique within the socket and the direction. */
  readonly name: string;
  readonly schema: z.ZodType;
  readonly status: "live" | "dormant";
  readonly when: string;
  /** Names of the frames that may answer it; none: it is never answered. Inbound only. */
  readonly replies?: readonly string[];
}

export interface CloseContract {
  readonly code: number;
  readonly reason: z.ZodType<string>;
  readonly status: "live" | "dormant";
  readonly when: string;
}

/** An HTTP answer instead of the 101. */
export interface HandshakeRefusal {
  readonly status: number;
  readonly body: z.ZodType<string>;
  readonly when: string;
}

/** What both sides of one WebSocket must meet. */
export interface SocketContract {
  readonly id: string;
  readonly path: string;
  readonly summary: string;
  readonly auth: AuthKind;
  readonly request: RequestContract;
  readonly refusals: readonly HandshakeRefusal[];
  readonly inbound: readonly FrameContract[];
  readonly outbound: readonly FrameContract[];
  readonly closes: readonly CloseContract[];
}

export const defineSocketContract = <const Contract extends SocketContract>(
  contract: Contract,
): Contract => contract;
