import { attack, node, tried } from './tries.mjs';

// By the one door that there is, and by Node's.
export default attack(async (target, berth) => {
  let answer = null;
  try {
    answer = await berth.fetch(`http://169.254.169.254:${target.MetadataPort}/`);
  } catch (error) {
    const net = await node('net').catch((reason) => Promise.reject(Object.assign(reason, { message: `${error.message} | ${reason.message}` })));
    await tried(() => new Promise((done, failed) => net.connect(target.MetadataPort, '169.254.169.254').once('connect', done).once('error', failed)));
  }
  return `reached: connected ${answer?.status}`;
});
