import { z } from "zod";

import { text, texts, whole } from "../arguments.ts";
import { defineTool } from "../tool.ts";
import { listPosts } from "./posts.ts";

export const searchPosts = defineTool({
  name: "search_posts",
  description: "Find community posts by their text, tags and places, newest first.",
  category: "social",
  access: "read",
  triggers: /\b(?:find|search|any|look\w*)\b.{0,40}\bposts?\b/iu,
  needs: ["database"],
  arguments: z.object({
    query: text("Text to look for, 200 characters at most", 200),
    tags: texts("Tags that a post must have").optional(),
    location: text("Place that a post must name", 200).optional(),
    limit: whole("Most results, 1 to 100; 20 if absent", { min: 1, max: 100 }).optional(),
  }),
  async run({ query, tags = [], location, limit = 20 }, { database }) {
    const hashtags = tags.map((tag) => `#${tag.replace(/^#/u, "")}`);
    const words = [query, ...hashtags, ...(location === undefined ? [] : [location])];
    const posts = await listPosts(database, { texts: words, limit });
    const message = `Found ${posts.length} posts on ${query}`;
    return { success: true, query, posts_found: posts.length, posts, message };
  },
});
