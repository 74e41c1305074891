import { attack, node } from './tries.mjs';

// By the one way that there is, and past it.
export default attack(async (target, berth) => {
  try {
    return `reached: ${await (await berth.fetch('http://granted.example:8080/')).text()}`;
  } catch (error) {
    if (error?.name !== 'CapabilityDeniedError') throw error;
  }
  const net = await node('net');
  return `reached: ${net.connect(target.Broker)}`;
});
