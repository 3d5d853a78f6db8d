import { defineSignatureCheck, matching, partThenPart } from "./signatures.ts";

/** The legacy escapes text before it looks, so that "tom & cat litter" has a semicolon before "cat". */
export const commandInjection = defineSignatureCheck("command-injection", [
  ["shell $( )", partThenPart("$(", ")")],
  ["shell ${ }", partThenPart("${", "}")],
  ["shell command after semicolon", matching(/; ?(?:rm|cat|ls|curl|wget|bash|sh) /u)],
]);
