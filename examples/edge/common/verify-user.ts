import { jwtVerify } from "jose";

/** The user of a request's Supabase token; `undefined` where it has none that is right. */
export async function verifyUser(request: Request, jwtSecret: string): Promise<string | undefined> {
  const [, token] = /^bearer\s+(\S+)$/iu.exec(request.headers.get("authorization") ?? "") ?? [];
  if (token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(jwtSecret), {
      algorithms: ["HS256"],
      requiredClaims: ["exp", "sub"],
    });
    return payload.sub;
  } catch {
    return undefined;
  }
}
