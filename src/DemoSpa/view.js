import { create, element, fill } from './dom.js';
import { duration, member } from './words.js';

const VIEWS = ['checking', 'unknown', 'signed-out', 'signed-in'];
const STATES = { 'signed-in': 'Signed in', 'signed-out': 'Signed out' };

/** @param {string} view */
export function show(view) {
  const focused = document.activeElement?.closest(VIEWS.map((name) => `#${name}`).join());
  for (const name of VIEWS) element(name).hidden = name !== view;
  element('who').textContent = STATES[view] ?? '';
  element('who').className = view;
  if (focused && focused.id !== view) focusTitle(view); // or the keyboard would start again at the top
}

/** @param {string} view */
export const focusTitle = (view) => element(view).querySelector('h1')?.focus();

/** @param {{ name?: string, email?: string, user_id: string }} user */
export function showPerson({ name, email, user_id }) {
  const title = name || email || user_id;
  element('hello').replaceChildren('Hello, ', create('bdi', {}, title)); // a name written from right to left must not turn the comma around
  element('initial').textContent = [...title][0].toUpperCase();
}

const FIRST = ['name', 'email', 'postal_code'];

/** @param {Record<string, unknown>} profile Whatever members Amazon gives it. */
export function showProfile(profile) {
  const order = [...FIRST.filter((name) => Object.hasOwn(profile, name)), ...Object.keys(profile).filter((name) => !FIRST.includes(name))];
  fill('profile', order.map((name) => [member(name), textOf(profile[name])]));
}

const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** @param {number} left Seconds. */
export function showTimeLeft(left) {
  const words = left > 0 ? `This session ends in ${duration(left)}.` : 'This session is about to end.';
  if (element('ends').textContent !== words) element('ends').textContent = words;
}
