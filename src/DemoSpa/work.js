import { element } from './dom.js';
import { clearNotices } from './notices.js';

// One thing after the other, so that a click during a slow call is not lost, and the same thing is not queued twice.

/** @typedef {() => Promise<unknown>} Work */

/** @type {Map<Work, Promise<unknown>>} */
const pending = new Map();
const loud = new Set();
/** @type {Promise<unknown>} */
let queue = Promise.resolve();

/** @type {(error: unknown, work: Work, quiet: boolean) => void} */
let failed = () => {};
/** @type {(work: Work, quiet: boolean) => void} */
let succeeded = () => {};

/** @param {typeof failed} failure @param {typeof succeeded} success */
export function onOutcome(failure, success) {
  failed = failure;
  succeeded = success;
}

/** What somebody has clicked for; at once, when it must not wait for a slow call. @param {Work} work @param {{ atOnce?: boolean }} [how] */
export function start(work, how) {
  clearNotices();
  return act(work, how);
}

/** What nobody has clicked for. @param {Work} work @returns {Promise<unknown>} Its error, if there was one. */
export const quietly = (work) => act(work, { quiet: true });

/** What is under way was for somebody who has left: it must not hold up what is for the next. */
export function abandon() {
  pending.clear();
  loud.clear();
  queue = Promise.resolve();
  showBusy();
}

/** @param {Work} work @param {{ quiet?: boolean, atOnce?: boolean }} [how] */
function act(work, { quiet = false, atOnce = false } = {}) {
  const underWay = pending.get(work);
  if (underWay) return underWay;
  if (!quiet) loud.add(work);
  /** @type {Promise<unknown>} */
  const done = (atOnce ? Promise.resolve() : queue).then(() => run(work, quiet)).finally(() => {
    if (pending.get(work) === done) pending.delete(work);
    showBusy();
  });
  pending.set(work, done);
  if (!atOnce) queue = done;
  showBusy();
  return done;
}

/** @param {Work} work @param {boolean} quiet */
async function run(work, quiet) {
  try {
    await work();
    succeeded(work, quiet);
  } catch (error) {
    failed(error, work, quiet);
    return error;
  } finally {
    loud.delete(work);
  }
}

function showBusy() {
  document.body.classList.toggle('busy', loud.size > 0);
  element('views').ariaBusy = String(loud.size > 0);
}
