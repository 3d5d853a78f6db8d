import { ToolError } from "../tool-error.ts";

/**
 * What a service adds to an answer that does without it: `undefined` where it is away, refuses or knows nothing.
 * An abort and a defect pass.
 */
export async function ifAvailable<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
