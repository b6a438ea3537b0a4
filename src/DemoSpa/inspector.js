import { create, element, fill } from './dom.js';
import { count, moment } from './words.js';

// Everything that a script on this page, a hostile one too, could get at.

const SHOWN = 8;
const LONGEST_BODY = 4000;

export async function showStorage() {
  const databases = await indexedDB.databases?.().catch(() => []);
  fill('visible', [
    ['document.cookie', document.cookie === '' ? 'empty: the session cookie is not for scripts' : names(document.cookie.split('; ').map((one) => one.split('=', 1)[0]))],
    ['localStorage', names(keys(() => localStorage))],
    ['sessionStorage', names(keys(() => sessionStorage))],
    ['IndexedDB', databases ? names(databases.map(({ name }) => name ?? '')) : 'not to be listed in this browser'],
  ]);
}

/** @param {() => Storage} storage Browsers that keep it from the page throw. */
function keys(storage) {
  try {
    return Object.keys(storage());
  } catch {
    return [];
  }
}

const names = (list) => (list.length === 0 ? 'empty' : `${count(list.length, 'entry').replace('entrys', 'entries')}: ${list.join(', ')}`);

/** @param {import('./bff.js').Answer} answer */
export function showAnswer({ method, path, status, milliseconds, response }) {
  const failed = status === 0 || status >= 400;
  const body = create('pre', {}, 'No body.');
  const summary = create(
    'summary', {},
    create('span', { className: 'call' }, `${method} ${path}`), ' ',
    create('span', { className: failed ? 'failed' : '' }, status === 0 ? 'no answer' : String(status)), ' ',
    create('span', { className: 'quiet' }, `${Math.round(milliseconds)} ms, ${moment(new Date())}`),
  );
  element('answers').prepend(create('li', {}, create('details', {}, summary, body)));
  element('answers').children[SHOWN]?.remove();
  if (response) readInto(body, response.clone());
}

async function readInto(place, response) {
  const text = await response.text().catch(() => '');
  if (text !== '') place.textContent = shortened(pretty(text)); // forgotten meanwhile, it is in no document
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

const shortened = (text) => (text.length > LONGEST_BODY ? `${text.slice(0, LONGEST_BODY)}\n… and ${text.length - LONGEST_BODY} characters more` : text);

export const forgetAnswers = () => element('answers').replaceChildren();
