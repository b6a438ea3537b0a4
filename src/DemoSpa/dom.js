// Text goes in as text, never as markup: whatever a profile holds, it stays what it says.

/** @param {string} id @returns {HTMLElement} */
export const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Partial<HTMLElementTagNameMap[Tag]>} [properties] @param {(Node | string)[]} children
 */
export function create(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** @param {string} label @param {() => unknown} run @param {string} [about] Which one it is about, for who does not see where it stands. */
export function button(label, run, about) {
  const made = create('button', { type: 'button' }, label, ...(about ? [create('span', { className: 'unseen' }, ` ${about}`)] : []));
  made.addEventListener('click', run);
  return made;
}

/** @param {string} id Of a `dl`. @param {[string, string | Node][]} rows */
export const fill = (id, rows) => element(id).replaceChildren(...rows.map(([name, value]) =>
  create('div', {}, create('dt', {}, name), create('dd', {}, create('bdi', {}, value)))));
