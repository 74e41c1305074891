import { attack } from './tries.mjs';

const kept = [];

export default attack(() => {
  while (true) kept.push({ number: kept.length, text: `${Math.random()}`, more: new Array(100).fill(kept.length) });
});
