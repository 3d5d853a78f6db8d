import { z } from "zod";

import { text, uuid } from "../arguments.ts";
import { containing } from "../common/like-pattern.ts";
import { invalidArgument, ToolError } from "../tool-error.ts";
import { defineTool } from "../tool.ts";

export const getProductDetails = defineTool({
  name: "get_product_details",
  description: "Show one product of the catalogue. Give its id or a part of its title.",
  category: "shop",
  access: "read",
  triggers:
    /\b(?:details?|more|tell me|price|specs?)\b.{0,20}\b(?:about|of|on)\b.{0,40}\b(?:product|item)\b/iu,
  needs: ["database"],
  arguments: z.object({
    product_id: uuid("Id of the product").optional(),
    product_title: text("Part of its title", 200).optional(),
  }),
  async run({ product_id, product_title }, { database }) {
    if (product_id === undefined && product_title === undefined) {
      throw invalidArgument("product_id", "give an id or a part of the title");
    }
    let query = database.selectFrom("affiliate_products").selectAll().where("is_active", "=", true);
    if (product_id !== undefined) query = query.where("id", "=", product_id);
    else query = query.where("title", "ilike", containing(product_title ?? ""));
    const row = await query.orderBy("title").executeTakeFirst();
    if (row === undefined) throw new ToolError("NOT_FOUND", "The catalogue has no such product");
    return {
      success: true,
      product: {
        id: row.id,
        title: row.title,
        description: row.description ?? row.short_description,
        category: row.category,
        price: row.price,
        currency: row.currency,
        availability: row.availability_status,
        url: row.affiliate_url,
        image_url: row.image_url,
        additional_images: row.additional_images ?? [],
        tags: row.tags ?? [],
      },
      message: `${row.title}${row.price === null ? "" : `: ${row.price} ${row.currency ?? ""}`.trimEnd()}`,
    };
  },
});
