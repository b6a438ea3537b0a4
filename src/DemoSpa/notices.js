import { button, create, element } from './dom.js';

// One notice at a time: `alert` for what went wrong, `status` for what went well. Both slots are live regions.

/**
 * @typedef {{ code: string, title: string, text: string, action?: { label: string, run: () => unknown }, reference?: string, lasting?: boolean }} Notice
 * @param {'alert' | 'status'} slot @param {Notice} notice
 */
export function showNotice(slot, { code, title, text, action, reference, lasting }) {
  const buttons = create('div', { className: 'actions' });
  if (action) buttons.append(button(action.label, action.run));
  if (!lasting) buttons.append(button('Dismiss', clearNotices));
  const words = create('div', {}, create('p', { className: 'notice-title' }, title), create('p', {}, text));
  if (reference) words.append(create('p', { className: 'reference' }, reference));
  const notice = create('div', { className: lasting ? 'notice lasting' : 'notice' }, words, buttons);
  notice.dataset.code = code;

  clearNotices();
  element(slot).append(notice);
}

/** Whether this is what the page says already: what fails again in the background is not said again. @param {string} code */
export const isShown = (code) => document.querySelector('.notice')?.matches(`[data-code="${CSS.escape(code)}"]`) ?? false;

export function clearNotices() {
  const hadFocus = document.activeElement?.closest('.notice');
  element('alert').replaceChildren();
  element('status').replaceChildren();
  if (hadFocus) element('main').focus({ preventScroll: true }); // or the keyboard would start again at the top
}

document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && document.querySelector('.notice:not(.lasting)')) clearNotices();
});
