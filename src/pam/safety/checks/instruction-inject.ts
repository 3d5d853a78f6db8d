import { defineInjectionCheck } from "./check.ts";
import { anyPhrase } from "./phrases.ts";

/** Puts another task in the place of the one at hand. */
export const instructionInject = defineInjectionCheck(
  "instruction-inject",
  anyPhrase("new instructions?|override|instead do|actually do|your new task"),
);
