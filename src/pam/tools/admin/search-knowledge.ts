import { z } from "zod";

import type { Database } from "#platform/database/index.ts";

import { choice, text, texts, whole } from "../arguments.ts";
import { searchKnowledgeBase, type Knowledge } from "../common/knowledge.ts";
import { defineTool } from "../tool.ts";
import { KNOWLEDGE_CATEGORIES } from "./add-knowledge.ts";

interface Usage {
  readonly found: readonly Knowledge[];
  readonly userId: string;
  readonly usedAt: string;
}

/** One line of the usage log for every hit, and its count. */
async function recordUsage(database: Database, { found, userId, usedAt }: Usage): Promise<void> {
  if (found.length === 0) return;
  await database.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("pam_knowledge_usage_log")
      .values(found.map(({ id }) => ({ knowledge_id: id, user_id: userId, used_at: usedAt })))
      .execute();
    await transaction
      .updateTable("pam_admin_knowledge")
      .set((eb) => ({
        usage_count: eb(eb.fn.coalesce("usage_count", eb.lit(0)), "+", 1),
        last_used_at: usedAt,
      }))
      .where(
        "id",
        "in",
        found.map(({ id }) => id),
      )
      .execute();
  });
}

export const searchKnowledge = defineTool({
  name: "search_knowledge",
  description:
    "Look up curated facts on travel and camping. Use it before naming any camp spot or rule of a place.",
  category: "admin",
  access: "write",
  needs: ["database"],
  arguments: z.object({
    query: text("Words to look for").optional(),
    category: choice(KNOWLEDGE_CATEGORIES, "What it is about").optional(),
    knowledge_type: text("Kind of knowledge, such as location_tip or warning", 100).optional(),
    location_context: text("Place it holds for", 200).optional(),
    tags: texts("Tags, any of which an entry has").optional(),
    min_priority: z
      .int("must be a whole number")
      .min(1, "must be from 1 to 10")
      .max(10, "must be from 1 to 10")
      .describe("Least importance, 1 to 10; 1 if absent")
      .optional(),
    limit: whole("Most results, 1 to 100; 10 if absent", { min: 1, max: 100 }).optional(),
  }),
  async run(args, { database, caller, clock }) {
    const found = await searchKnowledgeBase(database, {
      query: args.query,
      category: args.category,
      knowledgeType: args.knowledge_type,
      location: args.location_context,
      tags: args.tags?.map((tag) => tag.toLowerCase()),
      minPriority: args.min_priority,
      limit: args.limit ?? 10,
    });
    const usedAt = new Date(clock.now()).toISOString();
    await recordUsage(database, { found, userId: caller.userId, usedAt });
    const message =
      found.length === 0 ? "Nothing is known on that" : `Found ${found.length} entries`;
    return { success: true, count: found.length, knowledge: found, message };
  },
});
