import { malformed } from "./provider-error.ts";
import type { ProviderEvent } from "./provider.ts";

/** Cuts off a model that does not stop: what it was asked for is bounded in tokens, but not every server obeys. */
export async function* boundOutput(
  events: AsyncIterable<ProviderEvent>,
  maxCharacters: number,
): AsyncGenerator<ProviderEvent, void, void> {
  let characters = 0;
  for await (const event of events) {
    if (event.kind === "text-delta") characters += event.text.length;
    if (event.kind === "progress") characters += event.characters;
    if (characters > maxCharacters)
      throw malformed(`The answer exceeds ${maxCharacters} characters`);
    yield event;
  }
}
