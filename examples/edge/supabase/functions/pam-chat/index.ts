import { createChatHandler } from "../../../common/chat-handler.ts";

/** What of Deno is used. */
declare const Deno: {
  readonly env: { get(name: string): string | undefined };
  serve(handler: (request: Request) => Promise<Response>): unknown;
};

Deno.serve(createChatHandler((name) => Deno.env.get(name)));
