import { BffError, InsufficientScope, login } from './bff.js';
import { inAWhile } from './words.js';

// What went wrong, in the user's words, and the way on. `retry: true` is for what may work the next time.

const STILL = 'You are still signed in. ';
const signIn = { label: 'Sign in', run: () => login() };
const reload = { label: 'Reload the page', run: () => location.reload() };
const misconfigured = () => ({
  title: 'This part of the site is not set up correctly',
  text: 'Nothing in your browser can change that. Tell the operator the trace id below.',
});

const PROBLEMS = {
  login_required: () => ({ title: 'Your session has ended', text: 'Sign in again to go on from here.', action: signIn }),
  insufficient_scope: (error) => ({
    title: 'One more permission is needed',
    text: 'You have not shared this with the app yet. Amazon will ask you for it, and then bring you back here.',
    action: { label: 'Continue at Amazon', run: () => login(undefined, error instanceof InsufficientScope ? error.scope : undefined) },
  }),
  temporarily_unavailable: (error, still) => error.loginUrl
    ? { title: 'Your session cannot be read', text: 'Signing in again gives you a new one.', action: signIn }
    : { title: 'Temporarily unavailable', text: `${still}Try again ${inAWhile(error.retryAfter)}.`, retry: true },
  amazon_error: (_, still) => ({
    title: 'Amazon sent an unexpected answer',
    text: `${still}Try again; if it stays like this, tell the operator the trace id below.`,
    retry: true,
  }),
  bad_gateway: (_, still) => ({ title: 'The service behind this page did not answer properly', text: `${still}Try again in a moment.`, retry: true }),
  gateway_timeout: (_, still) => ({ title: 'The service behind this page took too long', text: `${still}Try again in a moment.`, retry: true }),
  request_timeout: () => ({ title: 'Sending took too long', text: 'Your connection may be slow. Try again.', retry: true }),
  request_too_large: () => ({ title: 'That was too much at once', text: 'The broker takes 64 KiB in one request. Send less.' }),
  rate_limited: (error) => ({ title: 'Too many attempts from your network', text: `Try again ${inAWhile(error.retryAfter)}.`, retry: true }),
  cross_site_request: () => ({
    title: 'The broker took this for another site’s request',
    text: 'Open this page at its own address. If it is, a proxy or an extension may be changing the request’s headers.',
    action: reload,
  }),
  invalid_request: () => ({
    title: 'The broker could not read the request',
    text: 'Open this page at its own address. If it is, a proxy or an extension may be changing the request.',
    action: reload,
  }),
  host_mismatch: () => ({
    title: 'This is not the address of the app',
    text: 'The broker was reached under another host name than its own. Tell the operator the trace id below.',
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
  invalid_state: () => ({ title: 'This login cannot be finished', text: 'It is too old, or was begun elsewhere. Begin a new one.', action: signIn }),
  not_allowed: () => ({ title: 'Your account has no access here', text: 'You are signed in, but this part is for others. Ask the operator.' }),
  gateway_key_required: misconfigured,
  untrusted_proxy: misconfigured,
  unknown_host: misconfigured,
  gateway_not_configured: misconfigured,
  not_found: () => ({ title: 'There is nothing here any more', text: 'It may have ended or moved meanwhile. Reload to see how things are.', action: reload }),
  method_not_allowed: () => ({ title: 'That cannot be done here', text: 'The page may be older than the broker. Reload it.', action: reload }),
  internal_error: (_, still) => ({
    title: 'The broker has failed',
    text: `${still}Try again; if it stays like this, tell the operator the trace id below.`,
    retry: true,
  }),
  network_error: () => navigator.onLine
    ? { title: 'The broker does not answer', text: 'Check your connection, then try again.', retry: true }
    : { title: 'You are offline', text: 'That did not get through. Try again once you are connected.', retry: true },
};

/** @param {unknown} error @param {boolean} signedIn */
export function noticeFor(error, signedIn) {
  if (!(error instanceof BffError)) return { code: 'page_error', title: 'Something unexpected happened', text: 'Reload the page to start afresh.', action: reload };
  const { code, status, message, traceId } = error;
  const reference = [code, traceId && `trace id ${traceId}`].filter(Boolean).join(' · ');
  const words = Object.hasOwn(PROBLEMS, code)
    ? PROBLEMS[code](error, signedIn ? STILL : '')
    : { title: 'That did not work', text: `The answer was ${status} (${message}).`, retry: true };
  return { code, reference, ...words };
}

/** @param {boolean} keepable @param {() => unknown} stay */
export const expiryNotice = (keepable, stay) => keepable
  ? { code: 'expiring', title: 'You are about to be signed out', text: 'You have not used this app for a while.', action: { label: 'Stay signed in', run: stay } }
  : { code: 'expiring', title: 'You are about to be signed out', text: 'A login does not last longer. Sign in again to go on.', action: signIn };

/** @param {'signed-in' | 'signed-out' | 'another-user'} change */
export const changeNotice = (change) => ({
  'signed-in': { code: 'signed_in', title: 'You are signed in', text: 'You signed in in another tab.' },
  'signed-out': { code: 'signed_out', title: 'You are signed out', text: 'You logged out in another tab, or the session has ended.' },
  'another-user': { code: 'signed_in', title: 'Another account is signed in', text: 'You signed in with it in another tab.' },
})[change];

const LOGIN_ERRORS = {
  access_denied: (still) => still
    ? { title: 'Nothing more was shared', text: `Amazon says that you declined or went back. ${still}` }
    : { title: 'You were not signed in', text: 'Amazon says that you declined or went back. Nothing was shared. You can try again whenever you like.' },
  temporarily_unavailable: (still) => ({
    title: 'Signing in did not work this time',
    text: `${still}Amazon or the broker was out of reach for a moment. Try again in a minute.`,
  }),
  login_failed: (still) => ({
    title: 'Signing in failed',
    text: `${still}Amazon’s answer did not fit this login. Try again; if it stays like this, tell the operator of this app.`,
  }),
};

/** @param {string} code Of `login_error`, which anybody can write into a link. @param {boolean} signedIn As before: a login may have been for one more permission. */
export function loginNotice(code, signedIn) {
  const known = Object.hasOwn(LOGIN_ERRORS, code) ? code : 'login_failed';
  return { code: known, ...LOGIN_ERRORS[known](signedIn ? STILL : ''), ...(!signedIn && { action: signIn }) };
}
