import { attack, node } from './tries.mjs';

export default attack(async () => {
  const { Worker } = await node('worker_threads');
  for (let i = 0; i < 400; i++) new Worker('setInterval(() => {}, 1000)', { eval: true });
  return 'reached: 400 threads';
});
