import { attack, node, tried } from './tries.mjs';

export default attack(async (target) => {
  const net = await node('net');
  await tried(() => new Promise((done, failed) => net.connect(`\\0${target.AbstractSocket}`).once('connect', done).once('error', failed)));
  return 'reached: connected';
});
