import { BffError, LoginRequired, endOtherSessions, endSession, keepAlive, logout, me, session, sessions } from './bff.js';
import { forgetDevices, showDevices } from './devices.js';
import { element } from './dom.js';
import { forgetAnswers, showStorage } from './inspector.js';
import { clearNotices, showNotice } from './notices.js';
import { showPermissions } from './permissions.js';
import { noticeFor } from './problems.js';
import { forgetTimeline, tell, tellSession } from './timeline.js';
import { focusTitle, show, showPerson, showProfile, showTimeLeft } from './view.js';
import { device } from './words.js';
import { abandon, quietly, start } from './work.js';

// Who is signed in, and what they do.

/** @type {import('./bff.js').Session | null} What the page shows; null until the broker has said it. */
let current = null;
let epoch = 0;
let forgotAt = 0;
/** @type {number | undefined} */
let soon;

export const isKnown = () => current !== null;
export const isSignedIn = () => current?.authenticated === true;

/** Of an answer to somebody who has left. @param {number} began As `performance.now()` tells it. */
export const isForgotten = (began) => began < forgotAt;

/** Takes all that is somebody's off the page. */
export function forget() {
  epoch += 1;
  forgotAt = performance.now();
  current = null;
  /** @type {HTMLInputElement} */ (element('keep-calling')).checked = false;
  clearTimeout(soon);
  soon = undefined;
  for (const id of ['hello', 'initial', 'ends', 'profile', 'permissions', 'visible']) element(id).replaceChildren();
  abandon();
  for (const clear of [clearNotices, forgetTimeline, forgetDevices, forgetAnswers]) clear();
}

/** An answer that was asked for before the last sign-out must not bring anybody's data back; nor is its failure anybody's any more. */
async function unlessForgotten(promise) {
  const asked = epoch;
  const outcome = await promise.then((answer) => ({ answer }), (error) => ({ error }));
  if (asked !== epoch) return undefined;
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}

export function showSignedOut() {
  if (current?.authenticated) forget();
  current = { authenticated: false };
  show('signed-out');
}

export function showEnded() {
  showSignedOut();
  showNotice('alert', noticeFor(new LoginRequired({ code: 'login_required' }), false));
}

export const stay = () => refresh(keepAlive);

export async function refresh(ask = session) {
  const now = await unlessForgotten(ask());
  if (!now) return;
  if (!now.authenticated) return current?.authenticated ? showEnded() : showSignedOut();

  if (current?.authenticated && current.id !== now.id) forget();
  const before = current?.authenticated ? current : undefined;
  current = now;
  tellSession(now, !before, before?.refreshedAt);
  tick();
  showStorage();
  if (before) return; // the rest changes by a login only, and a button that is made anew loses the focus

  showPerson(now.user);
  showPermissions(now);
  show('signed-in');
  quietly(callMe);
  quietly(listDevices);
}

export async function callMe() {
  const profile = await unlessForgotten(me());
  if (!profile) return;
  showProfile(profile);
  soon ??= setTimeout(() => { // a refresh that this call has set off in the background shows in the session then
    soon = undefined;
    quietly(refresh);
  }, 1000);
}

export async function listDevices() {
  const list = await unlessForgotten(sessions());
  if (list) showDevices(list, (one) => start(() => endDevice(one)));
}

async function endDevice(one) {
  if (one.current) return logOut();
  await unlessForgotten(endSession(one.id).catch((error) => {
    if (!(error instanceof BffError && error.code === 'not_found')) throw error; // it had ended already
  }));
  await devicesEnded(`The session of ${device(one.userAgent)} has ended`, 'It needs a new login.');
}

export async function endOthers() {
  await unlessForgotten(endOtherSessions());
  await devicesEnded('All other sessions have ended', 'You are signed in here alone.');
}

async function devicesEnded(title, text) {
  if (!current?.authenticated) return;
  tell('ok', `${title}.`);
  showNotice('status', { code: 'ended', title, text });
  element('devices-title').focus(); // the button is gone
  await listDevices();
}

export async function logOut(everywhere = false) {
  await logout({ everywhere });
  showSignedOut();
  showNotice('status', everywhere
    ? { code: 'signed_out', title: 'You are signed out everywhere', text: 'The broker has deleted all your sessions.' }
    : { code: 'signed_out', title: 'You are signed out', text: 'The broker has deleted your session.' });
  focusTitle('signed-out');
}

export function tick() {
  if (!current?.authenticated) return;
  showTimeLeft((Date.parse(current.idleExpiresAt ?? current.expiresAt) - Date.now()) / 1000);
}
