import { attack, node } from './tries.mjs';

export default attack(async (target) => `reached: ${(await node('fs')).appendFileSync(`${target.Store}/WritesOwnCode/1.0.0/vm/main.mjs`, '//')}`);
