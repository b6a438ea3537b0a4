import { BffError, InsufficientScope, LoginRequired, here, login, logout, me, onLogoutElsewhere, session, traffic } from './bff.js';

const CALLS_SHOWN = 10;
const QUICK = 100; // milliseconds; among calls below it, the bars show no difference worth seeing
const VIEWS = ['checking', 'unknown', 'signed-out', 'signed-in'];

const element = (id) => document.getElementById(id);

/** @type {import('./bff.js').Session | null} What the page shows; null until the broker has said it once. */
let current = null;
/** Goes up with every sign-out: an answer that was asked for before it must not bring the user's data back. */
let epoch = 0;

// Notices: what went wrong, in the user's words, and the way on.

const signIn = { label: 'Sign in', run: () => login() };
const tryAgain = { label: 'Try again', run: () => act(failed) };

const NOTICES = {
  login_required: () => ({
    title: 'Your session has ended',
    text: 'Sign in again to go on from here.',
    action: signIn,
  }),
  insufficient_scope: (error) => ({
    title: 'One more permission is needed',
    text: 'You have not shared this with the app yet. Amazon will ask you for it, and then bring you back here.',
    action: { label: 'Continue at Amazon', run: () => login(undefined, error instanceof InsufficientScope ? error.scope : undefined) },
  }),
  temporarily_unavailable: (error) => error.loginUrl
    ? { title: 'Your session cannot be read', text: 'Signing in again gives you a new one.', action: signIn }
    : { title: 'Temporarily unavailable', text: `${stillSignedIn()}Try again ${inAWhile(error)}.`, action: tryAgain },
  amazon_error: () => ({
    title: 'Amazon sent an unexpected answer',
    text: `${stillSignedIn()}Try again; if it stays like this, tell the operator the trace id below.`,
    action: tryAgain,
  }),
  cross_site_request: () => ({
    title: 'The broker took this for another site’s request',
    text: 'Open this page at its own address. If it is, a proxy or an extension may be changing the request’s headers.',
    action: { label: 'Reload the page', run: () => location.reload() },
  }),
  navigation_required: () => ({
    title: 'Signing in needs a page of its own',
    text: 'It cannot happen in the background or inside a frame. Start it here.',
    action: signIn,
  }),
  invalid_return_url: () => ({
    title: 'This address cannot be returned to',
    text: 'You can still sign in; you will come back to the start page.',
    action: { label: 'Sign in', run: () => login('/') },
  }),
  invalid_scope: () => ({
    title: 'That permission is not on offer',
    text: 'The app asked for something that the broker is not set up for. You can sign in without it.',
    action: signIn,
  }),
  rate_limited: (error) => ({
    title: 'Too many attempts from your network',
    text: `Try again ${inAWhile(error)}.`,
    action: tryAgain,
  }),
  network_error: () => navigator.onLine
    ? { title: 'The broker does not answer', text: 'Check your connection, then try again.', action: tryAgain }
    : { title: 'You are offline', text: 'This page goes on by itself once you are connected again.' },
};

const LOGIN_NOTICES = {
  access_denied: {
    title: 'You were not signed in',
    text: 'Amazon says that you declined or went back. Nothing was shared. You can try again whenever you like.',
  },
  temporarily_unavailable: {
    title: 'Signing in did not work this time',
    text: 'Amazon or the broker was out of reach for a moment. Try again in a minute.',
  },
  login_failed: {
    title: 'Signing in failed',
    text: 'Amazon’s answer did not fit this login. Try again; if it stays like this, tell the operator of this app.',
  },
};

const stillSignedIn = () => (current?.authenticated ? 'You are still signed in. ' : '');

function inAWhile({ retryAfter }) {
  if (retryAfter === undefined) return 'in a moment';
  const seconds = Math.max(1, Math.ceil(retryAfter));
  return seconds < 120 ? `in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}` : `in ${Math.ceil(seconds / 60)} minutes`;
}

function noticeFor(error) {
  if (!(error instanceof BffError)) return { title: 'Something unexpected happened', text: 'Reload the page to start afresh.' };
  if (Object.hasOwn(NOTICES, error.code)) return NOTICES[error.code](error);
  return { title: 'That did not work', text: `The answer was ${error.status} (${error.title}).`, action: tryAgain };
}

function showError(error) {
  if (!(error instanceof BffError)) console.error(error);
  const reference = [error.code, error.traceId && `trace id ${error.traceId}`].filter(Boolean).join(' · ');
  showNotice('alert', { ...noticeFor(error), reference, dismissible: current !== null }); // else it is all there is to see
}

function showNotice(slot, { title, text, action, reference, dismissible = true }) {
  const buttons = create('div', { className: 'actions' });
  if (action) buttons.append(button(action.label, action.run));
  if (dismissible) buttons.append(button('Dismiss', clearNotices));
  const words = create('div', {}, create('p', { className: 'notice-title', textContent: title }), create('p', { textContent: text }));
  if (reference) words.append(create('p', { className: 'reference', textContent: reference }));

  clearNotices();
  element(slot).append(create('div', { className: 'notice' }, words, buttons));
}

function clearNotices() {
  const hadFocus = document.activeElement?.closest('.notice');
  element('alert').replaceChildren();
  element('status').replaceChildren();
  if (hadFocus) element('main').focus({ preventScroll: true }); // or the keyboard would start again at the top
}

// The page.

function show(view) {
  for (const name of VIEWS) element(name).hidden = name !== view;
  element('who').textContent = view === 'signed-in' ? `Signed in as ${nameOf(current)}` : view === 'signed-out' ? 'Signed out' : '';
}

let endAskedFor = '';

const nameOf = ({ user }) => user.name || user.email || user.user_id;

function showSignedOut() {
  epoch += 1;
  current = { authenticated: false };
  for (const id of ['profile', 'session']) element(id).replaceChildren();
  show('signed-out');
}

function showSession(now) {
  element('hello').textContent = `Hello, ${nameOf(now)}`;
  fill('session', [
    ['id', now.id],
    ...Object.entries(now.user).map(([name, value]) => [`user.${name}`, value]),
    ['scopes', now.scopes.join(' ')],
    ['createdAt', time(now.createdAt)],
    ['expiresAt', time(now.expiresAt), create('span', { id: 'ends', className: 'quiet' })],
  ]);
  showTimeLeft();
}

/** Values are text or nodes, never markup: whatever a profile holds, it stays text. */
function fill(id, rows) {
  element(id).replaceChildren(...rows.map(([name, ...values]) => {
    const value = create('dd');
    value.append(...values.map((one) => (one instanceof Node ? one : textOf(one))));
    return create('div', {}, create('dt', { textContent: name }), value);
  }));
}

const textOf = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

function time(value) {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return textOf(value);
  const words = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' }).format(date);
  return create('time', { dateTime: date.toISOString(), textContent: words });
}

function showTimeLeft() {
  const left = current?.authenticated ? Date.parse(current.expiresAt) - Date.now() : NaN;
  if (Number.isNaN(left)) return;
  element('ends').textContent = left > 0 ? `ends in ${duration(left / 1000)}` : 'is about to end';

  // Calls push the end out, so the broker is asked whether this one still holds: once, as clocks differ.
  if (left <= 0 && endAskedFor !== current.expiresAt) {
    endAskedFor = current.expiresAt;
    act(refresh, true);
  }
}

function duration(seconds) {
  const units = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
  const largest = Math.max(0, units.findIndex(([, size]) => seconds >= size));
  return units.slice(largest, largest + 2).map(([name, size], index) => {
    const count = Math.floor(index === 0 ? seconds / size : (seconds % units[largest][1]) / size);
    return count > 0 ? `${count} ${name}${count === 1 ? '' : 's'}` : '';
  }).filter(Boolean).join(' ') || 'a second';
}

const calls = [];

function showCall({ detail }) {
  calls.unshift({ ...detail, time: new Date().toLocaleTimeString(), took: Math.round(detail.milliseconds) });
  calls.length = Math.min(calls.length, CALLS_SHOWN);

  const slowest = Math.max(QUICK, ...calls.map(({ took }) => took));
  element('calls').replaceChildren(...calls.map(({ time, method, path, status, took }) => create(
    'tr',
    { className: status >= 400 || status === 0 ? 'failed' : '' },
    ...[time, method, path, status || 'none', `${took} ms`].map((text) => create('td', { textContent: text })),
    create('td', {}, create('progress', { max: slowest, value: took, ariaHidden: 'true' })),
  )));
  element('log').hidden = false;
}

function create(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function button(label, run) {
  const made = create('button', { type: 'button', textContent: label });
  made.addEventListener('click', run);
  return made;
}

// What it does.

/** Asks who is signed in, and for the profile of somebody new. */
async function refresh() {
  const asked = epoch;
  const before = current;
  const now = await session();
  if (asked !== epoch) return;

  if (!now.authenticated) {
    showSignedOut();
    if (before?.authenticated) showNotice('alert', NOTICES.login_required());
    return;
  }
  current = now;
  show('signed-in');
  showSession(now);
  if (before?.id !== now.id || !element('profile').hasChildNodes()) await callMe();
}

async function callMe() {
  const asked = epoch;
  const profile = await me();
  if (asked === epoch) fill('profile', Object.entries(profile));
}

async function endSession() {
  await logout();
  showSignedOut();
  showNotice('status', { title: 'You are signed out', text: 'The broker has deleted your session.' });
  document.querySelector('#signed-out h1').focus();
}

const pending = new Set();
let queue = Promise.resolve();
let failed = refresh;

/** One thing after the other, so that a click during a slow call is not lost; the same thing is not queued twice. */
function act(work, keepNotice = false) {
  if (!keepNotice) clearNotices();
  if (pending.has(work)) return;
  pending.add(work);
  showBusy();
  queue = queue.then(() => run(work));
}

async function run(work) {
  const asked = epoch;
  try {
    await work();
  } catch (error) {
    if (asked !== epoch) return; // signed out meanwhile: nobody's error any more
    failed = work;
    if (error instanceof LoginRequired) showSignedOut();
    else if (current === null) show('unknown');
    showError(error);
  } finally {
    pending.delete(work);
    showBusy();
  }
}

function showBusy() {
  document.body.classList.toggle('busy', pending.size > 0);
  element('main').ariaBusy = String(pending.size > 0);
}

function showLoginError() {
  const code = new URLSearchParams(location.search).get('login_error');
  if (code === null) return;
  const notice = Object.hasOwn(LOGIN_NOTICES, code) ? LOGIN_NOTICES[code] : LOGIN_NOTICES.login_failed;
  showNotice('alert', { ...notice, action: signIn });
  history.replaceState(history.state, '', here()); // a reload or a bookmark must not tell it again
}

element('sign-in').addEventListener('click', () => login());
element('call-me').addEventListener('click', () => act(callMe));
element('log-out').addEventListener('click', () => act(endSession));

traffic.addEventListener('answer', showCall);
onLogoutElsewhere(() => {
  showSignedOut();
  showNotice('status', { title: 'You are signed out', text: 'You logged out in another tab.' });
});
addEventListener('offline', () => showError(new BffError({ code: 'network_error' })));
addEventListener('online', () => act(refresh));
// A page out of the back-forward cache, or a tab that was away for hours, may show a session that has ended.
addEventListener('pageshow', ({ persisted }) => persisted && act(refresh));
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && act(refresh, true));
setInterval(showTimeLeft, 1000);

show('checking');
showLoginError();
act(refresh, true);
