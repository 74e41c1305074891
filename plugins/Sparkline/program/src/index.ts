// One request: variables and standard input in, a head and a picture out.
import { numbersOf } from './numbers';
import { decode, parameter } from './query';
import { Sparkline } from './sparkline';

const longestBody = 256 * 1024;

function variable(name: string): string {
  return process.env.has(name) ? process.env.get(name) : '';
}

function answer(status: string, type: string, body: string): void {
  process.stdout.write('Status: ' + status + '\nContent-Type: ' + type + '\n'
    + (status.startsWith('200') ? 'Cache-Control: private, max-age=3600\n' : '') + '\n' + body);
}

function refuse(status: string, reason: string): void {
  answer(status, 'text/plain; charset=utf-8', reason + '\n');
}

function readBody(): string {
  const chunk = new ArrayBuffer(64 * 1024);
  let text = '';
  let total = 0;
  while (total <= longestBody) {
    const read = <i32>process.stdin.read(chunk);
    if (read <= 0) break;
    text += String.UTF8.decode(chunk.slice(0, read));
    total += read;
  }
  return total > longestBody ? '' : text;
}

function main(): void {
  const method = variable('REQUEST_METHOD');
  const path = variable('PATH_INFO');
  const query = variable('QUERY_STRING');
  if (path != '/sparkline.svg') {
    refuse('404 Not Found', 'There is one picture here: /sparkline.svg?values=1,5,3');
    return;
  }
  if (method != 'GET' && method != 'HEAD' && method != 'POST') {
    refuse('405 Method Not Allowed', 'Ask with GET, or POST the numbers as text.');
    return;
  }

  const picture = new Sparkline();
  const problem = picture.configure(
    decode(parameter(query, 'kind')), decode(parameter(query, 'width')), decode(parameter(query, 'height')),
    decode(parameter(query, 'color')), decode(parameter(query, 'label')));
  if (problem != '') {
    refuse('400 Bad Request', problem);
    return;
  }

  const values = numbersOf(method == 'POST' ? readBody() : decode(parameter(query, 'values')));
  if (values.length < 2) {
    refuse('400 Bad Request', 'At least two numbers are needed: values=1,5,3, or a text with numbers as the body of a POST.');
    return;
  }
  answer('200 OK', 'image/svg+xml; charset=utf-8', picture.draw(values));
}

main();
