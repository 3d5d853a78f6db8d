/** What the database has of users' conversations, for those who want to read them again or have them forgotten. */
export { createConversations, type Conversations } from "./conversations.ts";
