import { attack, node } from './tries.mjs';

export default attack(async (target) => `reached: ${(await node('fs')).readFileSync(`${target.NeighbourFolder}/plugin.json`, 'utf8').length} characters`);
