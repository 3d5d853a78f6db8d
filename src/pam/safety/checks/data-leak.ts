import { defineInjectionCheck } from "./check.ts";
import { phraseThenPhrase } from "./phrases.ts";

/** Asks for secrets. */
export const dataLeak = defineInjectionCheck(
  "data-leak",
  phraseThenPhrase(
    "show|reveal|tell me|give me",
    "system prompt|api key|secret|password|token|credential",
  ),
);
