import { attack, node } from './tries.mjs';

export default attack(async () => `reached: ${Object.keys((await node('process')).env)}`);
