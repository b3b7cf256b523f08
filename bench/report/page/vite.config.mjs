// The page as one file: scripts and styles are put into the HTML, nothing is fetched.
import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: {
    target: "es2020",
    // Where it goes is the build system's to say: `vite build --outDir ...`.
    emptyOutDir: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 3000,
  },
});
