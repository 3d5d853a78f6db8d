import { z } from "zod";

import { text, texts, webAddress } from "../arguments.ts";
import { defineTool } from "../tool.ts";

interface Preview {
  readonly title: string | null;
  readonly content: string;
  readonly location: string | null;
  readonly tags: readonly string[];
  readonly image_url: string | null;
}

/** Posts have one column of text, so what else there is becomes part of it. */
function toContent({ title, content, location, tags, image_url }: Preview): string {
  const hashtags = tags.map((tag) => `#${tag.replaceAll(/\s+/gu, "")}`).join(" ");
  const parts = [title, content, location === null ? null : `📍 ${location}`, image_url, hashtags];
  return parts.filter((part) => part !== null && part !== "").join("\n\n");
}

export const createPost = defineTool({
  name: "create_post",
  description: "Publish a post to the community feed, once the user has confirmed it.",
  category: "social",
  access: "write",
  triggers:
    /\b(?:create|write|publish|make|share)\b.{0,40}\bposts?\b|\bpost (?:to|about|this|that|on)\b/iu,
  needs: ["database"],
  confirmationPrompt:
    "I'm about to publish a post to the community feed. Please confirm by saying 'yes' or 'go ahead'.",
  arguments: z.object({
    content: text("Text of the post, 5000 characters at most", 5_000),
    title: text("Title, 200 characters at most", 200).optional(),
    location: text("Place that the post is about", 200).optional(),
    image_url: webAddress("Address of a picture").optional(),
    tags: texts("Tags, 20 at most").optional(),
  }),
  async run({ content, title, location, image_url, tags = [] }, { database, caller }) {
    const preview: Preview = {
      title: title ?? null,
      content,
      location: location ?? null,
      tags: tags.map((tag) => tag.toLowerCase()),
      image_url: image_url ?? null,
    };
    const post = await database
      .insertInto("posts")
      .values({ author_id: caller.userId, content: toContent(preview) })
      .returningAll()
      .executeTakeFirstOrThrow();
    return {
      success: true,
      draft_post: post,
      requires_approval: false,
      preview,
      message: "Published to the community feed",
    };
  },
});
