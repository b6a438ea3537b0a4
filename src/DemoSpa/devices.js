import { button, create, element } from './dom.js';
import { ago, count, device, moment } from './words.js';

const FIRST = 5; // the others unfold

/** @param {import('./bff.js').UserSession[]} sessions @param {(one: import('./bff.js').UserSession) => void} end */
export function showDevices(sessions, end) {
  const sorted = sessions.toSorted((one, other) => Number(other.current) - Number(one.current) || other.lastSeenAt.localeCompare(one.lastSeenAt));
  const rows = sorted.map((one) => row(one, end));
  const rest = rows.splice(FIRST);
  element('devices').replaceChildren(...rows);
  element('other-devices').replaceChildren(...rest);
  element('more-devices').hidden = rest.length === 0;
  element('more-devices-title').textContent = `${count(rest.length, 'more device')}`;
  element('end-others').hidden = !sessions.some(({ current }) => !current);
}

function row(one, end) {
  const name = device(one.userAgent);
  const since = `signed in ${moment(one.createdAt)}`;
  const words = create(
    'div', {},
    create('p', { className: 'name' }, name, ...(one.current ? [' ', create('span', { className: 'mark' }, 'This browser')] : [])),
    create('p', { className: 'quiet' }, one.current ? `In use now, ${since}` : `Last seen ${ago(one.lastSeenAt)}, ${since}`),
  );
  return create('li', {}, words, button('End session', () => end(one), `of ${one.current ? 'this browser' : name}, ${since}`));
}

export function forgetDevices() {
  for (const id of ['devices', 'other-devices']) element(id).replaceChildren();
  /** @type {HTMLDetailsElement} */ (element('more-devices')).open = false;
}
