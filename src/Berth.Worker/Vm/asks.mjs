// What a plugin asks of its host during a call. The host checks again whatever is said here: it knows the call by its id.
import { OutcomeError } from './broker.mjs';

const query = (values) => Object.entries(values).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');

/** Answers the operations of one plugin. */
export class Asks {
  #broker;
  #hello;
  #outgoing;

  constructor(broker, hello, outgoing) {
    this.#broker = broker;
    this.#hello = hello;
    this.#outgoing = outgoing;
  }

  /** → the answer as JSON. `call` is `{ id, user, signal }`. */
  async answer(call, op, value) {
    return JSON.stringify(await this.#answer(call, op, value) ?? null);
  }

  #answer(call, op, value) {
    switch (op) {
      case 'data.get':
        return this.#get(call, value.key);
      case 'data.set':
        return this.#broker.ask('PUT', `/calls/data?${query({ call: call.id, key: value.key })}`, value.json).then(() => null);
      case 'data.delete':
        return this.#broker.ask('DELETE', `/calls/data?${query({ call: call.id, key: value.key })}`).then(({ status }) => status !== 404);
      case 'data.list':
        return this.#broker.ask('GET', `/calls/documents?${query({ call: call.id, prefix: value.prefix })}`).then(({ text }) => JSON.parse(text));
      case 'settings':
        return this.#broker.ask('GET', `/calls/settings?${query({ call: call.id })}`).then(({ text }) => text);
      case 'user':
        return { id: call.user.id, name: call.user.name, roles: call.user.roles };
      case 'fetch':
        this.#demand('network:http-client', call.user);
        return this.#outgoing.fetch(value, call);
      default:
        throw new OutcomeError({ kind: 'bad_argument', reason: `'${op}' is nothing that a plugin can ask for.` });
    }
  }

  async #get(call, key) {
    const { status, text } = await this.#broker.ask('GET', `/calls/data?${query({ call: call.id, key })}`);
    return status === 200 ? text : null;
  }

  #demand(capability, user) {
    const { slug, version, capabilities = [] } = this.#hello;
    const refuse = (reason) => {
      throw new OutcomeError({ kind: 'capability_denied', subject: capability, reason: `Capability '${capability}' is not in force: ${reason}` });
    };
    if (!capabilities.includes(capability)) refuse(`${slug} ${version} does not declare it in security.capabilities, or its trust level does not permit it.`);
    if (!(user.granted ?? []).includes(capability)) refuse(`the user of this call has not granted it to ${slug}. Grant it: \`berth grant ${slug} ${capability}\`.`);
  }
}

/** The error as the plugin sees it. */
export function errorOf(error) {
  const outcome = error instanceof OutcomeError ? error.outcome : { kind: 'failed', reason: String(error?.message ?? error) };
  const name = { capability_denied: 'CapabilityDeniedError', bad_argument: 'TypeError', cancelled: 'AbortError' }[outcome.kind] ?? 'Error';
  return { name, message: outcome.reason, code: outcome.kind };
}
