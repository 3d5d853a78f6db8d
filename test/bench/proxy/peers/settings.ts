/** Where a peer listens and what stands behind it, from its environment. */
export const port = Number(process.env["PORT"]);
export const upstream = `http://127.0.0.1:${process.env["UPSTREAM_PORT"] ?? ""}`;
