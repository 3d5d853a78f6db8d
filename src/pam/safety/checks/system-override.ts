import { defineInjectionCheck } from "./check.ts";
import { phraseThenPhrase } from "./phrases.ts";

/** Talks the model out of its instructions. */
export const systemOverride = defineInjectionCheck(
  "system-override",
  phraseThenPhrase("ignore|forget|disregard", "previous|above|system|instructions|rules"),
);
