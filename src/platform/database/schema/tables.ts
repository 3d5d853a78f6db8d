import { ACCOUNT_TABLES } from "#platform/database/schema/account-tables.ts";
import { CALENDAR_TABLES } from "#platform/database/schema/calendar-tables.ts";
import type { RowOf } from "#platform/database/schema/column.ts";
import { HEALTH_TABLES } from "#platform/database/schema/health-tables.ts";
import { HOUSEHOLD_TABLES } from "#platform/database/schema/household-tables.ts";
import { MONEY_TABLES } from "#platform/database/schema/money-tables.ts";
import { PAM_TABLES } from "#platform/database/schema/pam-tables.ts";
import { SHOP_TABLES } from "#platform/database/schema/shop-tables.ts";
import { SOCIAL_TABLES } from "#platform/database/schema/social-tables.ts";
import { TRANSITION_TABLES } from "#platform/database/schema/transition-tables.ts";
import { TRAVEL_TABLES } from "#platform/database/schema/travel-tables.ts";

/**
 * The tables of the legacy's database that PAM touches: the columns that exist, not those the legacy's code
 * hopes for. Types follow the client types of the web app; a geographic point is text.
 */
export const TABLES = {
  ...ACCOUNT_TABLES,
  ...CALENDAR_TABLES,
  ...HEALTH_TABLES,
  ...HOUSEHOLD_TABLES,
  ...MONEY_TABLES,
  ...PAM_TABLES,
  ...SHOP_TABLES,
  ...SOCIAL_TABLES,
  ...TRANSITION_TABLES,
  ...TRAVEL_TABLES,
};

export type Tables = { [Name in keyof typeof TABLES]: RowOf<(typeof TABLES)[Name]> };
