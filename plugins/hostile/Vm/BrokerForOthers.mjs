import { attack, node } from './tries.mjs';

// The runner has the host's socket and a secret; a plugin would have to get out of its context to have them.
export default attack(async (target) => {
  const net = await node('net');
  return `reached: ${net.connect(target.Broker)}`;
});
