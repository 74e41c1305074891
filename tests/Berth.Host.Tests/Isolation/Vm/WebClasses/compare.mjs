// Runs the cases here, with Node's own classes, and in a plugin's context, with the level's. Prints those that differ.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { cases } from './cases.mjs';

const told = async (work) => {
  try {
    return String(await work());
  } catch (error) {
    return `threw ${error?.name}: ${error?.message}`;
  }
};
const native = [];
for (const work of cases) native.push(await told(work));

const files = new Map([
  ['vm/cases.mjs', readFileSync(new URL('./cases.mjs', import.meta.url), 'utf8')],
  ['vm/main.mjs', `
    import { cases } from './cases.mjs';
    const told = ${told};
    export default { async fetch() {
      const all = [];
      for (const work of cases) all.push(await told(work));
      return Response.json(all);
    } };`],
]);
const thread = new Worker(pathToFileURL(process.argv[2]), { workerData: { plugin: 'compare', entry: 'vm/main.mjs', files } });
const request = { url: 'http://plugin/', method: 'GET', headers: [], hasBody: false, base: '', user: { id: '', name: '', roles: [] }, plugin: {}, capabilities: [] };
const body = [];
thread.on('message', (message) => {
  if (message.t === 'loaded') thread.postMessage({ t: 'request', id: 1, text: JSON.stringify(request) });
  else if (message.t === 'chunk') body.push(Buffer.from(message.bytes));
  else if (message.t === 'end') compare(JSON.parse(Buffer.concat(body).toString('utf8')));
  else if (message.t === 'fault' || message.t === 'fail') fail(message.reason);
});
thread.on('error', (error) => fail(error.message));

function compare(all) {
  all.forEach((one, i) => {
    if (one !== native[i]) console.log(`${cases[i]}\n  here   ${native[i]}\n  plugin ${one}`);
  });
  console.log(`${all.length} compared`);
  process.exit();
}

function fail(reason) {
  console.log(reason);
  process.exit(1);
}
