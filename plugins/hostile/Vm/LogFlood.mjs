import { attack } from './tries.mjs';

export default attack((target, berth) => {
  for (let i = 0; i < 100_000; i++) berth.log.warn(`hostile line ${i}`);
  return 'did: took 100000 lines of the log';
});
