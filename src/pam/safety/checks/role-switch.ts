import { defineInjectionCheck } from "./check.ts";
import { phraseThenPhrase } from "./phrases.ts";

/** Gives the model, or claims for the user, a role with more rights. */
export const roleSwitch = defineInjectionCheck(
  "role-switch",
  phraseThenPhrase(
    "you are now|act as|pretend to be|roleplay as",
    "admin|root|developer|engineer|god|master",
  ),
);
