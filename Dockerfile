# Pages and media worker are made in the first stage, so that the second needs neither compilers nor the network.
FROM node:24-bookworm AS build
WORKDIR /hansard
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/prepareImage.ts /hansard/mediasoup-worker \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && cp package-lock.json node_modules/.hansard-lock.json

FROM node:24-bookworm-slim
ENV NODE_ENV=production MEDIASOUP_WORKER_BIN=/hansard/mediasoup-worker HANSARD_DATA=/data
COPY --from=build /hansard /hansard
RUN mkdir /data && chown node:node /data
WORKDIR /hansard
USER node
VOLUME /data
ENTRYPOINT ["/hansard/hansard"]
