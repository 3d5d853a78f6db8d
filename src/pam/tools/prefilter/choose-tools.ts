import { getToolSchemas, MINIMAL_CORE_TOOL_NAMES, TOOLS } from "../registry.ts";
import type { ToolSchema } from "../tool.ts";
import {
  categoryOfPage,
  findCategories,
  MESSAGE_CATEGORIES,
  TOOL_CATEGORIES_OF,
} from "./categories.ts";

export interface ToolChoice {
  /** The page of the web app that the user is on. */
  readonly page?: string | undefined;
  /** Tools that this user's last turns called, newest first; five of them count. */
  readonly recentTools?: readonly string[];
  /** Default 15. The minimal set stays whole below its own size. */
  readonly maxTools?: number;
}

const MAX_TOOLS = 15;
const MAX_RECENT = 5;
/** What a message asks for stands at its start; the rest costs time. */
const MAX_CHARACTERS = 4_000;

function namesOfCategories(message: string, page: string | undefined): readonly string[] {
  const found = new Set(findCategories(message));
  const ofPage = page === undefined ? undefined : categoryOfPage(page);
  if (ofPage !== undefined) found.add(ofPage);
  return MESSAGE_CATEGORIES.filter((category) => found.has(category)).flatMap((category) =>
    [...TOOLS.values()]
      .filter((tool) => TOOL_CATEGORIES_OF[category].includes(tool.category))
      .map(({ name }) => name),
  );
}

/**
 * The tools that a message is sent with. The minimal set is always among them; the places left go to tools that
 * the message asks for, then to those in use, then to the message's categories. The same message gets the same
 * tools, in the same order, in every process: providers can keep them in their caches.
 */
export function chooseTools(
  message: string,
  { page, recentTools = [], maxTools = MAX_TOOLS }: ToolChoice = {},
): readonly ToolSchema[] {
  const text = message.slice(0, MAX_CHARACTERS);
  const asked = [...TOOLS.values()].filter(({ triggers }) => triggers?.test(text) === true);
  const ranked = [
    ...MINIMAL_CORE_TOOL_NAMES,
    ...asked.map(({ name }) => name),
    ...recentTools.slice(0, MAX_RECENT),
    ...namesOfCategories(text, page),
  ];
  const known = [...new Set<string>(ranked)].filter((name) => TOOLS.has(name));
  const chosen = new Set(known.slice(0, Math.max(maxTools, MINIMAL_CORE_TOOL_NAMES.length)));
  return getToolSchemas().filter(({ name }) => chosen.has(name));
}
