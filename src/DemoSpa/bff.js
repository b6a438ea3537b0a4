// Talks to BffBroker from a page of the same origin. No token ever gets here: the session is a cookie that no script can read.

/** Path base of the broker's public URL: '' or, for example, '/bff'. */
const BASE = '';

const LONGEST_WAIT = 5; // seconds; asked to wait longer, a page had better say so than look frozen
const LONGEST_RETURN_URL = 1500;

/**
 * @typedef {{ authenticated: false } | { authenticated: true, id: string, scopes: string[], declinedScopes?: string[], createdAt: string, expiresAt: string,
 *   user: { user_id: string, name?: string, email?: string } }} Session
 * @typedef {{ id: string, createdAt: string, lastSeenAt: string, userAgent: string | null, current: boolean }} UserSession
 * @typedef {{ status?: number, code: string, title?: string, traceId?: string, loginUrl?: string, retryAfter?: number }} Problem
 */

/** A call that got no good answer. `code` is the broker's word, `network_error` (no answer) or `http_error` (somebody else's answer). */
export class BffError extends Error {
  /** @param {Problem} problem @param {Response} [response] Its body is not read yet: an API's own error may hold details. */
  constructor({ status = 0, code, title = code, traceId, loginUrl, retryAfter }, response) {
    super(title);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.title = title;
    this.traceId = traceId;
    this.loginUrl = loginUrl;
    this.retryAfter = retryAfter; // seconds
    this.response = response;
  }
}

/** Nobody is signed in (any more). Offer `login()`; a page that navigates unasked loses what the user was typing. */
export class LoginRequired extends BffError {}

/** The user has not granted what this call needs. Offer `login(undefined, error.scope)`. */
export class InsufficientScope extends BffError {
  get scope() {
    return new URL(this.loginUrl ?? '/', location.origin).searchParams.get('scope') ?? undefined;
  }
}

/** Tells of every attempt, a repeated one too: `answer` events, whose `detail` is `{ method, path, status, milliseconds }`. */
export const traffic = new EventTarget();

const tabs = new BroadcastChannel('bff');

/** @returns {Promise<Session>} Who is signed in here; never costs a call to Amazon. */
export const session = async () => (await bffFetch(`${BASE}/session`)).json();

/** @returns {Promise<Record<string, unknown>>} The profile, as Amazon sent it. */
export const me = async () => (await bffFetch(`${BASE}/me`)).json();

/** Leaves for Amazon and comes back to `returnUrl`. A navigation, since no fetch can show Amazon's pages. @param {string} [scope] */
export function login(returnUrl = here(), scope) {
  const query = new URLSearchParams({ returnUrl: returnUrl.length > LONGEST_RETURN_URL ? '/' : returnUrl });
  if (scope) query.set('scope', scope);
  location.assign(`${BASE}/login?${query}`);
}

/** Ends the session, with `everywhere` those of the user's other browsers too, and tells the other tabs. */
export async function logout({ everywhere = false } = {}) {
  await bffFetch(`${BASE}/logout${everywhere ? '?everywhere=true' : ''}`, { method: 'POST' });
  tabs.postMessage('logout');
}

/** @returns {Promise<UserSession[]>} Where else this user is signed in, the newest first. */
export const sessions = async () => (await (await bffFetch(`${BASE}/sessions`)).json()).sessions;

/** Ends one of the user's sessions, or all but the current one. @param {string} [id] */
export const endSession = (id) => bffFetch(`${BASE}/sessions${id ? `/${encodeURIComponent(id)}` : ''}`, { method: 'DELETE' });

/** @param {() => void} listener Called when another tab has logged out. */
export const onLogoutElsewhere = (listener) => tabs.addEventListener('message', ({ data }) => data === 'logout' && listener());

/** Path, query and fragment of this page, without the `login_error` that a failed login left there. */
export function here() {
  const url = new URL(location.href);
  if (url.searchParams.has('login_error')) url.searchParams.delete('login_error'); // a delete always rewrites the query
  return url.pathname.replace(/^\/+/, '/') + url.search + url.hash; // '//name' would be another host
}

/**
 * `fetch` for the broker and the APIs behind it: a good answer, or a {@link BffError}. A safe request that meets a 503 is repeated once.
 * @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {Promise<Response>}
 */
export async function bffFetch(input, init) {
  const request = new Request(input, { credentials: 'same-origin', ...init });
  const safe = ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (!safe) request.headers.set('X-CSRF', '1'); // no form and no foreign page can send it

  let response = await send(request);
  const wait = secondsToWait(response) ?? 1;
  if (response.status === 503 && safe && wait <= LONGEST_WAIT) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    response = await send(request);
  }
  if (response.ok) return response;

  const body = await response.clone().json().catch(() => null);
  const problem = typeof body?.code === 'string' ? body : { code: 'http_error', title: response.statusText || undefined };
  const Kind = problem.code === 'login_required' ? LoginRequired : problem.code === 'insufficient_scope' ? InsufficientScope : BffError;
  throw new Kind({ ...problem, status: response.status, retryAfter: secondsToWait(response) }, response);
}

async function send(/** @type {Request} */ request) {
  const { pathname, search } = new URL(request.url);
  const answer = { method: request.method, path: pathname + search, status: 0, milliseconds: performance.now() };
  try {
    const response = await fetch(request);
    answer.status = response.status;
    return response;
  } catch (error) {
    throw request.signal.aborted ? error : new BffError({ code: 'network_error', title: 'No answer' });
  } finally {
    answer.milliseconds = performance.now() - answer.milliseconds;
    traffic.dispatchEvent(new CustomEvent('answer', { detail: answer }));
  }
}

/** RFC 9110 10.2.3: seconds or a date. A date is measured by the server's own clock where it told the time. */
function secondsToWait(/** @type {Response} */ { headers }) {
  const value = headers.get('Retry-After');
  const now = Date.parse(headers.get('Date') ?? '') || Date.now();
  const seconds = /^\d+$/.test(value ?? '') ? Number(value) : (Date.parse(value ?? '') - now) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
