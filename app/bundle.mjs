// How Vite bundles our own pages (room, landing) out of Reflex's working folder (the folder it is called in): see app/build.py.
const web = process.cwd();

export default {
  root: web,
  base: "/",
  publicDir: false,
  logLevel: "warn",
  resolve: { alias: { "$": web } },
  build: {
    outDir: "own-build",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600, // hls.js, loaded only where a stream plays
    rollupOptions: { input: ["public/room/main.jsx", "public/landing/landing.js"] },
  },
};
