import { attack, node, tried } from './tries.mjs';

export default attack(async () => {
  const net = await node('net');
  await tried(() => new Promise((done, failed) => net.createServer().listen(0, done).once('error', failed)));
  return 'reached: it listens';
});
