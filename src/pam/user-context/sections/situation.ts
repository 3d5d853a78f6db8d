import { type Section, toSection } from "../section.ts";
import { createSituations } from "../situations.ts";

/** Longer sections are left out: the whole context has to fit into a prompt. */
const MAX_LENGTH = 2_000;

const ifShort = (section: object | undefined): object | undefined =>
  section !== undefined && JSON.stringify(section).length <= MAX_LENGTH ? section : undefined;

/** What the user told the assistant of themselves; their own word for their vehicle counts. */
export const loadSituation: Section = async (database, { userId }) => {
  const situation = await createSituations(async () => database).read(userId);
  return toSection({
    budget_status: ifShort(situation.budgetStatus),
    travel_plans: ifShort(situation.travelPlans),
    vehicle_info: ifShort(situation.vehicleInfo),
    preferences: ifShort(situation.preferences),
  });
};
