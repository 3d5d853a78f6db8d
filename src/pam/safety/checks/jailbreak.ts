import { defineInjectionCheck } from "./check.ts";
import { anyPhrase } from "./phrases.ts";

/** Calls a known jailbreak by its name. The legacy finds "dan" in "Jordan" and in "dangerous". */
export const jailbreak = defineInjectionCheck(
  "jailbreak",
  anyPhrase("dan|do anything now|developer mode|god mode|sudo mode|unrestricted"),
);
