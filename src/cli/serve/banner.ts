/** A token without a signature for the user `demo`: the legacy, and so the stand-in, takes it on sockets. */
const DEMO_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJkZW1vIn0.";

export interface BannerFacts {
  readonly version: string;
  readonly publicUrl: URL;
  readonly adminUrl: URL;
  /** `undefined` where the embedded stand-in answers. */
  readonly legacyUrl: URL | undefined;
  readonly flagsFrom: string;
}

/** What a person reads who has just started Banyan: where it is, what stands behind it, what to try. */
export function toBanner({
  version,
  publicUrl,
  adminUrl,
  legacyUrl,
  flagsFrom,
}: BannerFacts): string {
  const socketUrl = new URL(`/api/v1/pam/ws/demo?token=${DEMO_TOKEN}`, publicUrl);
  socketUrl.protocol = "ws:";
  return `
  Banyan ${version}

  public   ${publicUrl.origin}
  admin    ${adminUrl.origin}
  legacy   ${legacyUrl?.origin ?? "embedded stand-in, which answers from recordings"}
  flags    ${flagsFrom}

  Try
    curl -i ${publicUrl.origin}/api/v1/pam/health
    npx node -e 'new WebSocket("${socketUrl.href}").onmessage = (event) => console.log(event.data)'
    ${adminUrl.origin}/   the dashboard, in a browser

`;
}
