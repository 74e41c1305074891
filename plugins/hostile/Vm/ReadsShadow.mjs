import { attack, node } from './tries.mjs';

export default attack(async () => `reached: ${(await node('fs')).readFileSync('/etc/shadow', 'utf8').length} characters`);
