import type { SafetyCheck } from "./check.ts";
import { codeExecution } from "./code-execution.ts";
import { commandInjection } from "./command-injection.ts";
import { crossSiteScripting } from "./cross-site-scripting.ts";
import { dataLeak } from "./data-leak.ts";
import { delimiterAttack } from "./delimiter-attack.ts";
import { instructionInject } from "./instruction-inject.ts";
import { jailbreak } from "./jailbreak.ts";
import { pathTraversal } from "./path-traversal.ts";
import { roleSwitch } from "./role-switch.ts";
import { shouting } from "./shouting.ts";
import { sqlInjection } from "./sql-injection.ts";
import { systemOverride } from "./system-override.ts";

export { prepareText, type SafetyCheck } from "./check.ts";

/**
 * In running order; the first hit ends it and gives the reason. Prompt injection comes before attack
 * signatures because the two are answered and counted differently, and the legacy asks in this order.
 */
export const CHECKS: readonly SafetyCheck[] = [
  systemOverride,
  roleSwitch,
  instructionInject,
  codeExecution,
  dataLeak,
  jailbreak,
  delimiterAttack,
  sqlInjection,
  crossSiteScripting,
  pathTraversal,
  commandInjection,
  shouting,
];
