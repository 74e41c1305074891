import { rm } from 'node:fs/promises';
import { build } from 'esbuild';

await rm('dist/1.0', { recursive: true, force: true });
await build({
  entryPoints: { 'csv-charts': 'src/index.ts' },
  outdir: 'dist/1.0',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'eof',
  loader: { '.css': 'text' },
  logLevel: 'warning',
});
