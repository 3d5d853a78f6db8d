import { createChatHandler } from "../../common/chat-handler.ts";

/** What of Netlify is used. */
declare const Netlify: { readonly env: { get(name: string): string | undefined } };

// oxlint-disable-next-line import/no-default-export -- Netlify calls the module's default
export default createChatHandler((name) => Netlify.env.get(name));

export const config = { path: "/api/pam-chat" };
