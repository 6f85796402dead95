import { defineConfig } from 'vite';

// Beside the pages of `web`, which is built first.
export default defineConfig({
  base: '/hello10/',
  build: { outDir: '../web/dist/hello10', emptyOutDir: true },
});
