import type { NativeHandler } from "#concerns/concern.ts";

/** What the legacy's own handler lists. It is more than its CORS filter, which answers preflights, allows. */
const ALLOWED = {
  "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS, PATCH, HEAD",
  "access-control-allow-headers":
    "Accept, Accept-Language, Content-Language, Content-Type, Authorization, X-Requested-With, Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Cache-Control, Pragma, X-Supabase-Auth, apikey, X-CSRF-Token, X-Client-Info, X-Request-ID, X-Auth-Type",
  "access-control-max-age": "3600",
} as const;

/** The legacy's CORS filter adds its own behind it. */
const VARIES_BY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/**
 * `OPTIONS /api/v1/pam/voice` that is no preflight: those never get here. The headers of the origin are the ones of
 * every native answer, so that an origin which is not allowed is not echoed.
 */
export function createVoiceOptions(): NativeHandler {
  return (_request, response) => {
    const vary = [VARIES_BY, ...(response.getHeaders().vary === undefined ? [] : ["Origin"])].join(
      ", ",
    );
    response.writeHead(200, { ...ALLOWED, vary, "content-length": "0" }).end();
  };
}
