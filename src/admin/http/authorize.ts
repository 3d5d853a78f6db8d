import type { RequestHandler } from "express";

import { AppError } from "#platform/errors.ts";
import { isSameSecret } from "#platform/secret-equal.ts";

const BEARER = /^Bearer +(\S+)$/iu;

/**
 * Lets a change pass with the admin token alone. It is looked for in the `Authorization` header only, which no other
 * page can make a browser send; where none is set, nothing can be changed.
 */
export function authorize(adminToken: string | undefined): RequestHandler {
  return (request, _response, next) => {
    if (adminToken === undefined) {
      throw new AppError("FORBIDDEN", undefined, {
        detail: "Nothing can be changed from here until ADMIN_TOKEN is set and Banyan restarted",
      });
    }
    const given = BEARER.exec(request.headers.authorization ?? "")?.[1];
    if (given === undefined) {
      throw new AppError("TOKEN_MISSING", undefined, {
        detail: "Send the admin token as Authorization: Bearer <ADMIN_TOKEN>",
      });
    }
    if (!isSameSecret(given, adminToken)) {
      throw new AppError("TOKEN_INVALID", undefined, { detail: "This is not the admin token" });
    }
    next();
  };
}
