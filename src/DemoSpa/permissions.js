import { login } from './bff.js';
import { button, create, element } from './dom.js';
import { scope } from './words.js';

const OFFERED = ['profile', 'postal_code']; // by this page; what else the login declined is asked for, too

/** @param {import('./bff.js').Session & { authenticated: true }} session */
export function showPermissions({ scopes, declinedScopes = [] }) {
  const missing = [...new Set([...declinedScopes, ...OFFERED])].filter((name) => !scopes.includes(name));
  element('permissions').replaceChildren(
    ...scopes.map((name) => row(name, create('span', { className: 'granted' }, 'Granted'))),
    ...missing.map((name) => row(name, button(`Ask for ${scope(name).asked}`, () => login(undefined, name)), declinedScopes.includes(name))),
  );
}

function row(name, end, declined = false) {
  const { title, text } = scope(name);
  const words = create('div', {}, create('p', { className: 'name' }, title), create('p', { className: 'quiet' }, text));
  if (declined) words.append(create('p', { className: 'quiet' }, 'You did not share this at your last login.'));
  return create('li', {}, words, end);
}
