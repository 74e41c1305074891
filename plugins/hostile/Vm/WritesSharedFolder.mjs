import { attack, node } from './tries.mjs';

export default attack(async (target) => `reached: ${(await node('fs')).writeFileSync(`${target.SharedFolders[0]}/${target.Secret}`, 'hostile')}`);
