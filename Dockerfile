# Node runs the TypeScript as it is: there is no build stage. The Debian beneath does not change by itself.
FROM node:24-bookworm-slim

# Speech without a network. Banyan runs it as a program of its own.
RUN apt-get update \
  && apt-get install -y --no-install-recommends espeak-ng \
  && rm -rf /var/lib/apt/lists/*

ENV NODE_ENV=production HOST=0.0.0.0 ADMIN_HOST=0.0.0.0
WORKDIR /app

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force

COPY flags.json ./
COPY contracts contracts
COPY src src

USER node
EXPOSE 8080 9090

HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.ADMIN_PORT || 9090}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

# Exec form: SIGTERM reaches Node itself, which drains.
CMD ["node", "src/main.ts", "serve"]
