// One attack each, by the name of the plugin that the program lies in. What WASI has and what the host offers is called as an
// attacker calls it: past the libraries.
@external('berth', 'ask')
declare function ask(pointer: usize, length: i32): i32;
@external('berth', 'answer')
declare function answer(pointer: usize): void;
@external('wasi_snapshot_preview1', 'path_open')
declare function pathOpen(folder: i32, look: i32, path: usize, length: i32, flags: i32, rights: i64, inherited: i64, fdflags: i32, result: usize): i32;
@external('wasi_snapshot_preview1', 'fd_read')
declare function fdRead(descriptor: i32, vectors: usize, count: i32, result: usize): i32;
@external('wasi_snapshot_preview1', 'fd_prestat_get')
declare function fdPrestatGet(descriptor: i32, result: usize): i32;
@external('wasi_snapshot_preview1', 'sock_send')
declare function sockSend(descriptor: i32, vectors: usize, count: i32, flags: i32, result: usize): i32;
@external('wasi_snapshot_preview1', 'random_get')
declare function randomGet(pointer: usize, length: i32): i32;

const result = memory.data(64);

function variable(name: string): string {
  return process.env.has(name) ? process.env.get(name) : '';
}

function reply(text: string): void {
  process.stdout.write('Content-Type: text/plain; charset=utf-8\n\n' + text);
}

// Every descriptor as the folder that the path begins in.
function open(path: string, flags: i32): string {
  const bytes = String.UTF8.encode(path);
  let last = 0;
  for (let folder = 0; folder < 20; folder++) {
    if (fdPrestatGet(folder, result) == 0) return 'reached: folder ' + folder.toString() + ' is open';
    last = pathOpen(folder, 1, changetype<usize>(bytes), bytes.byteLength, flags, -1, -1, 0, result);
    if (last == 0) return 'reached: ' + path;
  }
  return 'stopped: path_open gave ' + last.toString();
}

function question(text: string): string {
  const bytes = String.UTF8.encode(text);
  const length = ask(changetype<usize>(bytes), bytes.byteLength);
  if (length < 0) return 'too long';
  const answered = new ArrayBuffer(length);
  answer(changetype<usize>(answered));
  return String.UTF8.decode(answered);
}

function fetchedFrom(address: string): string {
  return question('{"op":"fetch","value":{"method":"GET","url":"http://' + address + '","headers":[],"body":null}}');
}

function fetched(address: string): string {
  const said = fetchedFrom(address + '/');
  return said.includes('"ok"') ? 'reached: ' + said : 'stopped: ' + said;
}

// Nothing that is refused says anything where there is no way out. The body comes as base64.
function wayOut(addresses: string[], isAnyReached: bool): string {
  const outside = 'b3V0c2lkZQ';
  if (!fetchedFrom('granted.example:8080/').includes(outside)) unreachable();
  let refused = 0;
  for (let i = 0; i < addresses.length; i++) {
    const said = fetchedFrom(addresses[i]);
    if (said.includes('"ok"') && (isAnyReached || !said.includes(outside))) return 'reached: ' + addresses[i] + ': ' + said;
    if (said.includes('capability_denied')) refused++;
  }
  return refused == addresses.length || (!isAnyReached && refused > 0) ? 'stopped: ' + refused.toString() + ' were refused' : 'lives: ' + refused.toString() + ' were refused';
}

function redirected(to: string): string {
  return 'granted.example:8080/?to=' + to.replaceAll(':', '%3A').replaceAll('/', '%2F');
}

function port(name: string): string {
  const query = variable('QUERY_STRING');
  const begin = query.indexOf(name + '=') + name.length + 1;
  const end = query.indexOf('&', begin);
  return query.substring(begin, end < 0 ? query.length : end);
}

function readsDescriptors(): string {
  const buffer = new ArrayBuffer(64);
  store<u32>(result, <u32>changetype<usize>(buffer));
  store<u32>(result + 4, 64);
  let last = 0;
  for (let descriptor = 3; descriptor < 1024; descriptor++) {
    last = fdRead(descriptor, result, 1, result + 8);
    if (last == 0) return 'reached: ' + descriptor.toString();
    sockSend(descriptor, result, 1, 0, result + 8);
  }
  return 'stopped: fd_read gave ' + last.toString();
}

// Pointers past the end of its own memory, to whoever takes one.
function wildPointers(): string {
  const end = <usize>memory.size() << 16;
  randomGet(end - 8, 1 << 30);
  return 'lives';
}

function fills(): string {
  let pages = 0;
  while (memory.grow(16) >= 0) {
    memory.fill((<usize>memory.size() - 16) << 16, 1, 16 << 16);
    pages += 16;
    if (pages > 16384) return 'reached: ' + (pages / 16).toString() + ' MB';
  }
  return 'did: took ' + (pages / 16).toString() + ' MB, then there was no more';
}

function deeper(depth: i64): i64 {
  return depth < 0 ? 0 : deeper(depth + 1) + depth;
}

function floods(): void {
  reply('did: answers without end: ');
  const line = 'x'.repeat(65536);
  while (true) process.stdout.write(line);
}

function drips(): void {
  reply('');
  while (true) {
    process.stdout.write('x');
    const until = Date.now() + 100;
    while (Date.now() < until);
  }
}

function endlessHeader(): void {
  const line = 'x'.repeat(4000);
  for (let i = 0; i < 2000; i++) process.stdout.write('X-Hostile-' + i.toString() + ': ' + line + '\n');
  reply('did: sent 8 MB of headers');
}

function floodsLog(lines: i32, line: string): string {
  for (let i = 0; i < lines; i++) process.stderr.write(line);
  return 'did: wrote ' + lines.toString() + ' lines';
}

function keeps(): string {
  const text = 'x'.repeat(15 << 20);
  const said = question('{"op":"data.set","value":{"key":"giant","json":"\\"' + text + '\\""}}');
  return said.includes('"ok"') ? 'did: kept' : 'stopped: ' + said;
}

function asksDeep(): string {
  const said = question('{"op":"data.get","value":' + '['.repeat(250_000) + ']'.repeat(250_000) + '}');
  return said.includes('"ok"') ? 'did: it was read, and led to ' + said : 'stopped: ' + said.substring(0, 100);
}

function hasSecret(): string {
  const names = process.env.keys();
  for (let i = 0; i < names.length; i++) if (names[i].startsWith('BERTH_RANGE')) return 'reached: ' + names[i];
  return 'stopped: ' + names.join(' ');
}

const plugin = variable('BERTH_PLUGIN');
if (plugin == 'ReadsShadow') reply(open('/etc/shadow', 0));
else if (plugin == 'ReadsDatabase') reply(open('../../../../tmp/berth-data/host.db', 0));
else if (plugin == 'WritesSharedFolder') reply(open('/var/tmp/hostile', 9));
else if (plugin == 'WritesOwnCode') reply(open('vm/main.wasm', 0));
else if (plugin == 'ReadsNeighbourCode') reply(open('../../Neighbour/1.0.0/plugin.json', 0));
else if (plugin == 'ReadsHostDescriptors') reply(readsDescriptors());
else if (plugin == 'ReadsEnvironment') reply(hasSecret());
else if (plugin == 'ConnectsToLoopback') reply(fetched('127.0.0.1:' + port('port')));
else if (plugin == 'ConnectsToMetadata') reply(fetched('169.254.169.254'));
else if (plugin == 'RedirectsInside') reply(wayOut(['http://127.0.0.1:8080/', 'http://localhost:8080/', 'http://169.254.169.254:8080/latest/meta-data/', 'http://10.1.1.1:8080/'].map<string>((to) => redirected(to)), false));
else if (plugin == 'NamesInside') reply(wayOut(['inside.example:8080/', 'metadata.example:8080/', 'private.example:8080/', 'mixed.example:8080/', 'rebinds.example:8080/', 'rebinds.example:8080/', 'rebinds.example:8080/'], false));
else if (plugin == 'AsksUndeclaredHost') reply(wayOut(['other.example:8080/', 'sub.granted.example:8080/', 'granted.example:8081/', '1.2.3.4:8080/'], true));
else if (plugin == 'CpuSpin') { while (true) deeper(-1); }
else if (plugin == 'ManagedMemoryHog') reply(fills());
else if (plugin == 'OverflowsStack') reply('lives: ' + deeper(1).toString());
else if (plugin == 'ExitsWithSuccess') process.exit(0);
else if (plugin == 'ThrowsInEveryPhase') unreachable();
else if (plugin == 'CorruptsMemory') reply(wildPointers());
else if (plugin == 'GiantResponse') floods();
else if (plugin == 'SlowResponse') drips();
else if (plugin == 'EndlessHeader') endlessHeader();
else if (plugin == 'LogFlood') reply(floodsLog(100_000, 'hostile line\n'));
else if (plugin == 'OutputFlood') reply(floodsLog(1000, 'x'.repeat(65536)));
else if (plugin == 'GiantDocuments') reply(keeps());
else if (plugin == 'DeepJson') reply(asksDeep());
else reply('lives: there is no attack ' + plugin);
