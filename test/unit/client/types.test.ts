/*
 * What the compiler holds: `tsc` reads this file with the others, and an `@ts-expect-error` that finds no error is one.
 */
import { describe, expectTypeOf, test } from "vitest";
import type { WebSocket as WsWebSocket } from "ws";
import type { z } from "zod";

import type {
  ClientFetch,
  ClientWebSocketConstructor,
  Pam2ChatRequest,
  Pam2ChatResponse,
  PamClient,
  PamContext,
  PamContextInput,
  PamFailure,
  PamHistory,
  PamSocketEvent,
  PamSocketState,
  PamSpeech,
  UIAction,
} from "#client/index.ts";
import type { chatBody, chatSend } from "#contracts/chat/send.contract.ts";
import type { AnswerBody } from "#contracts/contract.ts";
import type { uiAction } from "#contracts/schema/ui-actions.ts";

type IsAny<Type> = 0 extends 1 & Type ? true : false;
/** Fields that are `any`; none is `never`. */
type AnyFields<Type> = {
  [Key in keyof Type]-?: IsAny<Type[Key]> extends true ? Key : never;
}[keyof Type];

/** What the web application declares for the same things. */
interface LegacyRequest {
  type: "chat";
  user_id: string;
  message: string;
  context?: { region?: string; current_page?: string };
  session_id?: string;
}
interface LegacyResponse {
  response?: string;
  message?: string;
  content?: string;
  type?: string;
  timestamp?: string | undefined;
  error?: boolean;
  ui_actions?: readonly { type: UIAction["type"]; entity_type?: UIAction["entity_type"] }[];
  session_id?: string | undefined;
}

const describeState = (state: PamSocketState): string => {
  switch (state.kind) {
    case "connecting":
      return `${state.attempt}`;
    case "waiting":
      return `${state.attempt} ${state.delayMs}`;
    case "stopped":
      return state.failure.kind;
    case "open":
    case "closed":
      return state.kind;
  }
};

describe("contexts", () => {
  test("whose it is must be said, but for one that the client completes", () => {
    expectTypeOf<{ user_id: string }>().toExtend<PamContext>();
    expectTypeOf<{ region: string }>().not.toExtend<PamContext>();
    expectTypeOf<{ region: string }>().toExtend<PamContextInput>();
    expectTypeOf<PamContext["user_id"]>().toEqualTypeOf<string>();
  });

  test("wrong names do not compile", () => {
    expectTypeOf<{
      user_id: string;
      userLocation: { lat: 1; lng: 2 };
    }>().not.toExtend<PamContext>();
    expectTypeOf<{ user_id: string; location: string }>().not.toExtend<PamContext>();
    expectTypeOf<{ userId: string }>().not.toExtend<PamContextInput>();
    expectTypeOf<{ latitude: number }>().not.toExtend<PamContextInput>();
  });

  test("an application's own fields are as flat as the backend keeps them", () => {
    expectTypeOf<{ is_voice: boolean; trip: { name: string } }>().toExtend<PamContextInput>();
    expectTypeOf<{ deep: { deeper: { still: string } } }>().not.toExtend<PamContextInput>();
    expectTypeOf<{ list: string[] }>().not.toExtend<PamContextInput>();
  });

  test("a place has coordinates or a city", () => {
    type Place = NonNullable<PamContext["user_location"]>;
    expectTypeOf<{ lat: number; lng: number }>().toExtend<Place>();
    expectTypeOf<{ city: string }>().toExtend<Place>();
    expectTypeOf<{ country: string }>().not.toExtend<Place>();
  });
});

describe("requests and answers", () => {
  test("what the web application sends and reads fits", () => {
    expectTypeOf<LegacyRequest>().toExtend<Pam2ChatRequest>();
    expectTypeOf<Pam2ChatResponse>().toExtend<LegacyResponse>();
  });

  test("what is sent is what the contract takes", () => {
    expectTypeOf<Required<Omit<Pam2ChatRequest, "type" | "context">>>().toExtend<
      Pick<
        z.output<typeof chatBody>,
        | "user_id"
        | "message"
        | "session_id"
        | "conversation_id"
        | "use_case"
        | "voice_input"
        | "attachments"
      >
    >();
  });

  test("every kind of action that the contract has is known", () => {
    type Contract = z.output<typeof uiAction>;
    expectTypeOf<Contract["type"]>().toExtend<UIAction["type"]>();
    expectTypeOf<Contract["entity_type"]>().toExtend<NonNullable<UIAction["entity_type"]>>();
    type Answer = AnswerBody<typeof chatSend, 200>;
    expectTypeOf<Answer["response"]>().toEqualTypeOf<Pam2ChatResponse["response"]>();
  });

  test("speech is a sound or a text", () => {
    expectTypeOf<PamSpeech["kind"]>().toEqualTypeOf<"audio" | "text">();
    expectTypeOf<Extract<PamSpeech, { kind: "audio" }>["bytes"]>().toExtend<Uint8Array>();
  });
});

test("nothing that is given is any", () => {
  expectTypeOf<AnyFields<Pam2ChatRequest>>().toBeNever();
  expectTypeOf<AnyFields<Pam2ChatResponse>>().toBeNever();
  expectTypeOf<AnyFields<UIAction>>().toBeNever();
  expectTypeOf<AnyFields<PamContext>>().toBeNever();
  expectTypeOf<AnyFields<PamHistory>>().toBeNever();
  expectTypeOf<AnyFields<PamFailure>>().toBeNever();
  expectTypeOf<IsAny<Awaited<ReturnType<PamClient["chat"]>>>>().toEqualTypeOf<false>();
});

test("unions can be told apart by kind, to the last one", () => {
  expectTypeOf(describeState).returns.toBeString();
  expectTypeOf<Extract<PamSocketEvent, { kind: "timer-expired" }>["timer"]["label"]>().toBeString();
  expectTypeOf<Extract<PamFailure, { kind: "rate-limited" }>["retryAfterMs"]>().toEqualTypeOf<
    number | undefined
  >();
});

test("the platform's own fetch and WebSocket fit, and that of ws", () => {
  expectTypeOf<typeof fetch>().toExtend<ClientFetch>();
  expectTypeOf<typeof WebSocket>().toExtend<ClientWebSocketConstructor>();
  expectTypeOf<typeof WsWebSocket>().toExtend<ClientWebSocketConstructor>();
});

test("what may be left out may be undefined, and what must be there may not", () => {
  const request: Pam2ChatRequest = {
    user_id: "u",
    message: "Hello",
    context: { region: undefined },
  };
  expectTypeOf(request.message).toBeString();
  // @ts-expect-error -- a question has a text
  const silent: Pam2ChatRequest = { user_id: "u" };
  // @ts-expect-error -- a wrong name is a mistake of the program
  const wrong: Pam2ChatRequest = { user_id: "u", message: "Hello", context: { userId: "u" } };
  expectTypeOf([silent, wrong]).toBeArray();
});
