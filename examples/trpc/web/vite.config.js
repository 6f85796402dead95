import { defineConfig } from 'vite';

// The program of this example: `cargo run -p trpc-example`.
const program = process.env.PROGRAM ?? 'http://127.0.0.1:3000';

export default defineConfig({
  server: { proxy: { '/api': { target: program, ws: true } } },
  build: { rolldownOptions: { input: ['index.html', 'hello/index.html'] } },
});
