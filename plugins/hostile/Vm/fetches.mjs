// What the attacks through the proxy share: nothing that is refused says anything where there is no way out.
import { attack } from './tries.mjs';

export const granted = 'http://granted.example:8080/';

async function ask(berth, address) {
  try {
    return await (await berth.fetch(address)).text();
  } catch (error) {
    if (error?.name === 'CapabilityDeniedError') return null;
    throw error;
  }
}

// Asks each; reached is what comes from inside.
export const fetches = (addresses, isReached = (answer) => answer !== 'outside') => attack(async (target, berth) => {
  if ((await ask(berth, granted)) !== 'outside') throw new Error('There is no way out.');
  let refused = 0;
  for (const address of addresses) {
    const answer = await ask(berth, address);
    if (answer === null) refused++;
    else if (isReached(answer)) return `reached: ${address}: ${answer}`;
  }
  if (refused === 0) throw new Error('Nothing was refused, and nothing reached.');
  return `stopped: ${refused} were refused`;
});
