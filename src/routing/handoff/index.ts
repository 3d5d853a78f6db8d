/**
 * While the legacy answers, what users and assistant say to each other is written into the store that native turns
 * read, so that whoever is sent to the native side goes on where they were. `docs/handoff.md` says what that keeps.
 */
export { createHandoff } from "#routing/handoff/handoff.ts";
