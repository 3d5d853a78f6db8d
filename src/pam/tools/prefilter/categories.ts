import type { ToolCategory } from "../tool.ts";

/** What a message may be about, in the order in which free places are filled: the legacy puts trips first. */
export const MESSAGE_CATEGORIES = [
  "trip",
  "budget",
  "calendar",
  "medical",
  "social",
  "shop",
  "seasonal",
  "profile",
  "admin",
] as const;
export type MessageCategory = (typeof MESSAGE_CATEGORIES)[number];

/** Words of each category: the legacy's first six; the other three are ours, since its words reached none of their tools. */
const TRIGGERS: Readonly<Record<MessageCategory, RegExp>> = {
  trip: /\b(?:trips?|travel\w*|treks?|routes?|navigat\w*|driv(?:e|es|ing)|journeys?|adventures?|plan|itinerar(?:y|ies)|properly|waypoints?|stops?|destinations?|locations?|optimi[sz]e|milestones?|distances?|miles?|kms?|fuel|gas|diesel|petrol|vehicle check|receipts?|upcoming|scheduled|planned|bookings?|maps?|directions?|outback|ranges|rv parks?|camps?|camping|bores?|recommendations?|sightseeing|explor(?:e|ing))\b/iu,
  budget:
    /\b(?:expenses?|spend(?:s|ing)?|spent|costs?|budgets?|track(?:ing)?|log|records?|money|cash|payments?|bills?|income|salary|earnings|revenue|sav(?:e|es|ed|ing|ings)|financial|utili[sz]ation|remaining|left|over|categor(?:y|ies)|monthly|weekly|daily)\b/iu,
  calendar:
    /\b(?:calendar|appointments?|schedules?|book|reminders?|events?|meetings?|dentist|doctor|check-?up|tomorrow|next (?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|add to|put on|set up|create a|at \d|for \d|\d ?[ap]m|\d:\d\d|oil change|maintenance|service)\b/iu,
  medical:
    /\b(?:medical|medicines?|health|doctor|dr|physician|gp|medications?|meds|prescriptions?|blood|allerg(?:y|ies|ic)|emergency (?:info|contacts?)|ice|(?:lab|test) results?|pathology|diagnos[ie]s|conditions?|hospitals?|clinics?|specialists?|refills?|doses?|tablets?|pills?|scans?|x-?rays?|mri|imaging|ultrasound|surgery|operation|neck|spine|cervical|lumbar|shoulder)\b/iu,
  social:
    /\b(?:friends?|buddy|buddies|share|invite|groups?|community|social|profiles?|users?|messages?|chat|follow|connect|activity|events?|posts?)\b/iu,
  shop: /\b(?:shop|store|buy|purchase|products?|items?|prices?|costs?|deals?|discounts?|sale|cart|checkout|orders?|wishlist|favou?rites|saved|nearby|local|close|recommend(?:ations?)?|suggest|find|search for|look for|where can i|cheap|affordable|(?:best|lowest) price|tyres?|tires?|parts|spares|accessories|gear|equipment|brands?|models?|sizes?|fit|compatible)\b/iu,
  seasonal:
    /\b(?:seasons?|seasonal|winter|summer|snowbirds?|gr[ae]y nomads?|migrat\w*|long[- ]?(?:stay|term)|climate)\b/iu,
  profile:
    /\b(?:my profile|bio|avatar|user ?name|settings?|theme|notifications?|language|privacy|private|my (?:data|stats|statistics|garage)|(?:add|new) (?:a |my )?(?:vehicle|motorhome|caravan|van))\b/iu,
  admin: /\b(?:remember that|knowledge base|add knowledge|teach pam)\b/iu,
};

/** Where the user is in the web app says what the message is about, too. */
const PAGES: readonly (readonly [path: string, category: MessageCategory])[] = [
  ["/budget", "budget"],
  ["/expenses", "budget"],
  ["/income", "budget"],
  ["/trips", "trip"],
  ["/trip-planner", "trip"],
  ["/social", "social"],
  ["/friends", "social"],
  ["/shop", "shop"],
  ["/shopping", "shop"],
  ["/calendar", "calendar"],
  ["/schedule", "calendar"],
  ["/appointments", "calendar"],
  ["/pam_chat", "calendar"],
  ["/medical", "medical"],
  ["/health", "medical"],
];

/** Tools of one category stand under another name where the message's words do not tell them apart. */
export const TOOL_CATEGORIES_OF: Readonly<Record<MessageCategory, readonly ToolCategory[]>> = {
  trip: ["trip", "fuel"],
  budget: ["budget"],
  calendar: ["calendar"],
  medical: ["medical"],
  social: ["social"],
  shop: ["shop"],
  seasonal: ["seasonal"],
  profile: ["profile"],
  admin: ["admin"],
};

export function findCategories(message: string): readonly MessageCategory[] {
  return MESSAGE_CATEGORIES.filter((category) => TRIGGERS[category].test(message));
}

/** `/budget/overview` → budget. The web app leaves the slash out: `pam_chat`. */
export function categoryOfPage(page: string): MessageCategory | undefined {
  const path = page.startsWith("/") ? page : `/${page}`;
  const exact = PAGES.find(([known]) => known === path);
  const found = exact ?? PAGES.find(([known]) => path.startsWith(known));
  return found?.[1];
}
