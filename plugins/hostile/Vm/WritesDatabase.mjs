import { attack, node } from './tries.mjs';

export default attack(async (target) => `reached: ${(await node('fs')).appendFileSync(target.Database, 'hostile')}`);
