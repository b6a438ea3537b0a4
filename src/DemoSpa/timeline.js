import { create, element } from './dom.js';
import { moment } from './words.js';

// What the broker did, the newest first. No live region: who wants to follow reads it, nobody is interrupted.

const SHOWN = 12;

let newest = { key: '', times: 0 };

/**
 * What happens again and again is one line, or the rest would be hard to find.
 * @param {'ok' | 'refresh' | 'trouble'} kind @param {string} words
 * @param {{ at?: string | Date, key?: string, again?: (times: number) => string }} [how]
 */
export function tell(kind, words, { at = new Date(), key = words, again = (times) => `${words} (${times} times)` } = {}) {
  const lines = element('timeline');
  if (newest.key === key) lines.firstElementChild?.remove();
  newest = { key, times: newest.key === key ? newest.times + 1 : 1 };

  const text = newest.times === 1 ? words : again(newest.times);
  lines.prepend(create('li', { className: kind }, create('p', {}, text), create('time', { dateTime: new Date(at).toISOString() }, moment(at))));
  lines.children[SHOWN]?.remove();
}

/** @param {import('./bff.js').Answer} answer */
export function tellAnswer({ path, status, milliseconds, waited }) {
  if (path !== '/me' || status !== 200) return;
  const took = `${Math.round(milliseconds)} ms`;
  if (waited === undefined) tell('ok', `Profile fetched in ${took}.`, { key: 'fetched', again: (times) => `Profile fetched ${times} times, the last in ${took}.` });
  else tell('trouble', `No answer at first: tried again after ${Math.round(waited)} s, and got the profile.`);
}

/** @param {import('./bff.js').Session & { authenticated: true }} now @param {boolean} isNew @param {string} [seen] The last refresh that was told. */
export function tellSession({ createdAt, refreshedAt }, isNew, seen) {
  if (isNew) tell('ok', 'You signed in. The broker keeps the tokens; this browser got a cookie that no script can read.', { at: createdAt });
  if (refreshedAt && refreshedAt !== seen) tell('refresh', 'Token refreshed by the broker. Session and cookie unchanged.', { at: refreshedAt, key: refreshedAt });
}

export function forgetTimeline() {
  newest = { key: '', times: 0 };
  element('timeline').replaceChildren();
}
