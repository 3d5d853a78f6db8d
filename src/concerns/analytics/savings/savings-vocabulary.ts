/** What kinds of saving the legacy knows. */
export const SAVINGS_TYPES = [
  "fuel_optimization",
  "camping_alternative",
  "route_optimization",
  "budget_reallocation",
  "price_comparison",
  "timing_optimization",
  "maintenance_prevention",
  "group_booking_discount",
] as const;

/** How a saving may have been verified. */
export const VERIFICATION_METHODS = [
  "expense_comparison",
  "receipt_analysis",
  "user_confirmation",
  "automatic_detection",
  "price_api_verification",
] as const;
