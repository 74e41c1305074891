import { attack } from './tries.mjs';

const nested = (depth, wrap) => {
  let value = 1;
  for (let i = 0; i < depth; i++) value = wrap(value);
  return value;
};

export default attack(async (target, berth) => {
  const values = [1000, 5000, 100_000].flatMap((depth) => [nested(depth, (inner) => [inner]), nested(depth, (inner) => ({ a: inner }))]);
  values.push({ toJSON: () => 'x'.repeat(900_000) }, Array.from({ length: 300_000 }, () => 1));
  let [taken, refused] = [0, 0];
  for (const value of values) {
    try {
      await berth.data.set('deep', value);
      await berth.data.get('deep');
      taken++;
    } catch {
      refused++;
    }
  }
  return `did: ${taken} were taken, ${refused} refused`;
});
