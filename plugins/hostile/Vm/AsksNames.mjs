import { attack, node } from './tries.mjs';

export default attack(async (target) => `reached: ${await (await node('dns')).promises.resolve('a-secret.example')}`);
