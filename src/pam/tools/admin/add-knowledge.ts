import { z } from "zod";

import { choice, text, texts } from "../arguments.ts";
import { ToolError } from "../tool-error.ts";
import { defineTool } from "../tool.ts";

export const KNOWLEDGE_CATEGORIES = ["travel", "budget", "social", "shop", "general"] as const;
const KNOWLEDGE_TYPES = [
  "location_tip",
  "travel_rule",
  "seasonal_advice",
  "general_knowledge",
  "policy",
  "warning",
] as const;

export const addKnowledge = defineTool({
  name: "add_knowledge",
  description:
    "For administrators: store a fact, tip, rule or warning that PAM then knows for all users.",
  category: "admin",
  access: "write",
  triggers:
    /\bremember that\b|\b(?:add|store|teach|note)\b.{0,40}\b(?:knowledge|fact|rule|tip)\b|\bknowledge base\b/iu,
  needs: ["database"],
  arguments: z.object({
    title: text("Title, 200 characters at most", 200),
    content: text("What is to be known, 5000 characters at most", 5_000),
    knowledge_type: choice(KNOWLEDGE_TYPES, "Kind of knowledge"),
    category: choice(KNOWLEDGE_CATEGORIES, "What it is about"),
    location_context: text("Place it holds for", 200).optional(),
    date_context: text("Season or dates it holds for", 200).optional(),
    priority: z
      .int("must be a whole number")
      .min(1, "must be from 1 to 10")
      .max(10, "must be from 1 to 10")
      .describe("Importance from 1 to 10; 5 if absent")
      .optional(),
    tags: texts("Tags, 20 at most").optional(),
  }),
  async run(args, { database, caller }) {
    const { title, content, knowledge_type, category, location_context, date_context } = args;
    const profile = await database
      .selectFrom("profiles")
      .select("role")
      .where("id", "=", caller.userId)
      .executeTakeFirst();
    if (profile?.role !== "admin") {
      throw new ToolError("NOT_ALLOWED", "Only administrators may add knowledge");
    }
    const priority = args.priority ?? 5;
    const tags = (args.tags ?? []).map((tag) => tag.toLowerCase());
    const { id } = await database
      .insertInto("pam_admin_knowledge")
      .values({
        admin_user_id: caller.userId,
        title,
        content,
        knowledge_type,
        category,
        location_context: location_context ?? null,
        date_context: date_context ?? null,
        priority,
        tags,
        is_active: true,
        usage_count: 0,
      })
      .returning("id")
      .executeTakeFirstOrThrow();
    return {
      success: true,
      knowledge_id: id,
      message: `Stored "${title}"`,
      data: {
        title,
        type: knowledge_type,
        category,
        priority,
        location: location_context ?? null,
        date_context: date_context ?? null,
        tags,
      },
    };
  },
});
