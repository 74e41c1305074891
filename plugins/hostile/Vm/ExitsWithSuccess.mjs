import { attack, node } from './tries.mjs';

export default attack(async () => `lives: ${(await node('process')).exit(0)}`);
