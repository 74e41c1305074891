import { attack, node } from './tries.mjs';

export default attack(async (target) => `reached: ${(await node('fs')).readFileSync(`/proc/${target.HostProcess}/cmdline`, 'utf8')}`);
