/**
 * What the database knows of a user before they say a word: for the model, who they are and what is coming up; for the
 * service, their plan and what they allow. Each part fails softly, and all of it is bounded in time and size.
 */
export { createPlanOf, type PlanOf } from "./plan.ts";
export { createPrivacyOf, type PrivacyOf } from "./privacy.ts";
export { createSituations, type Situation, type Situations } from "./situations.ts";
export { createLoadUserContext, type LoadUserContext } from "./user-context.ts";
