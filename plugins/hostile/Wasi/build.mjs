// Compiles src/ to dist/hostile.wasm: a WASI command.
import { mkdir } from 'node:fs/promises';
import asc from 'assemblyscript/asc';

await mkdir('dist', { recursive: true });
const { error, stderr } = await asc.main([
  'src/index.ts',
  '--config', './node_modules/@assemblyscript/wasi-shim/asconfig.json',
  '--exportStart', '_start',
  '--outFile', 'dist/hostile.wasm',
  '--optimizeLevel', '3', '--shrinkLevel', '1', '--converge',
  '--runtime', 'stub',
]);
if (error) {
  process.stderr.write(`${stderr}\n${error.message}\n`);
  process.exit(1);
}
