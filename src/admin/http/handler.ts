import type { Request, Response } from "express";

import { AppError } from "#platform/errors.ts";

export type Handler = (request: Request, response: Response) => Promise<void> | void;

/** Answers whatever a path does not take. */
export function refuseMethod(...allowed: readonly string[]): Handler {
  return (_request, response) => {
    response.set("allow", allowed.join(", "));
    throw new AppError("METHOD_NOT_ALLOWED");
  };
}
