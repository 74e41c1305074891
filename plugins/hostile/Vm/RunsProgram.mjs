import { attack, node } from './tries.mjs';

export default attack(async () => `reached: ${(await node('child_process')).execFileSync('/bin/true')}`);
