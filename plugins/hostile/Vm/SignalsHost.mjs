import { attack, node } from './tries.mjs';

export default attack(async (target) => `reached: ${(await node('process')).kill(target.HostProcess, 'SIGUSR1')}`);
