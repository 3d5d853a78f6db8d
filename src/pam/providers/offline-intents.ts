type Arguments = Readonly<Record<string, unknown>>;

interface Intent {
  readonly tool: string;
  readonly pattern: RegExp;
  /** From the named groups of the pattern. */
  readonly toArguments: (groups: Readonly<Record<string, string | undefined>>) => Arguments;
}

const none = (): Arguments => ({});

/** What the offline provider understands, first match first: enough to show PAM's tools at work. */
export const OFFLINE_INTENTS: readonly Intent[] = [
  {
    tool: "create_expense",
    pattern:
      /\b(?:add|log|record|spent)\b.*?\$?(?<amount>\d+(?:\.\d{1,2})?)\s*(?:dollars\s*)?(?:(?:on|for)\s+)?(?<category>[a-z]+)?/iu,
    toArguments: ({ amount, category = "other" }) => ({
      amount: Number(amount),
      category: category.toLowerCase(),
    }),
  },
  {
    tool: "get_weather_forecast",
    pattern: /\b(?:weather|forecast)\b(?:.*?\b(?:in|at|for|near)\s+(?<location>[^?!.]+))?/iu,
    toArguments: ({ location }) => (location === undefined ? {} : { location: location.trim() }),
  },
  {
    tool: "plan_trip",
    pattern:
      /\btrip\b.*?\bfrom\s+(?<origin>.+?)\s+to\s+(?<destination>[^?!.,]+?)(?=\s+(?:under|with|for)\b|[?!.,]|$)/iu,
    toArguments: ({ origin, destination }) => ({ origin, destination }),
  },
  {
    tool: "find_rv_parks",
    pattern:
      /\b(?:rv parks?|campgrounds?|campsites?)\b.*?\b(?:near|in|around)\s+(?<location>[^?!.]+)/iu,
    toArguments: ({ location }) => ({ location: location?.trim() }),
  },
  {
    tool: "get_calendar_events",
    pattern: /\b(?:calendar|appointments?|schedule)\b/iu,
    toArguments: none,
  },
  { tool: "analyze_budget", pattern: /\bbudget\b/iu, toArguments: none },
  {
    tool: "get_spending_summary",
    pattern: /\b(?:spend|spending|spent|expenses)\b/iu,
    toArguments: none,
  },
];
