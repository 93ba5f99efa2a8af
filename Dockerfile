# Build: everything, then the package as npm would publish it, installed without development tools.
FROM node:20-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc tsconfig.json tsdown.config.ts README.md CHANGELOG.md LICENSE ./
COPY scripts scripts
COPY src src
# `npm ci` also builds dist/ (the script "prepare"); afterwards only what the program needs at run time stays,
# for this platform: onnxruntime-node carries the libraries of all of them.
RUN npm ci \
  && npm prune --omit=dev --ignore-scripts \
  && find node_modules/onnxruntime-node/bin/napi-v6 -mindepth 2 -maxdepth 2 \
    ! -path "*/linux/$(node -p process.arch)" -exec rm -r {} +

FROM node:20-slim
ENV NODE_ENV=production
WORKDIR /opt/anygiven
COPY --from=build /build/package.json /build/README.md /build/CHANGELOG.md /build/LICENSE ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY --from=build /build/fonts fonts
COPY data data
COPY models models
RUN ln -s /opt/anygiven/dist/cli.js /usr/local/bin/anygiven \
  && mkdir /data \
  && chown 1000:1000 /data
# Tables come and models go through this folder: docker run --rm -v "$PWD:/data" anygiven train table.csv --out model
WORKDIR /data
# The image's own user "node".
USER 1000:1000
ENTRYPOINT ["anygiven"]
CMD ["--help"]
