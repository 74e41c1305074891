import { attack } from './tries.mjs';

export default attack(async (target, berth) => {
  const text = 'x'.repeat(15 << 20);
  let kept = 0;
  try {
    for (; kept < 24; kept++) await berth.data.set(`giant${kept % 2}`, text);
  } catch (error) {
    return `${kept === 0 ? 'stopped:' : 'did:'} kept ${kept}, then: ${error.message}`;
  }
  return `did: kept ${kept} documents of 15 MB`;
});
