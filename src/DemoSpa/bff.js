// Talks to BffBroker from a page of its own site. No token ever gets here: the session is a cookie that no script can read.

/** Path base of the broker's public URL ('' or, for example, '/bff'), or the whole URL where the page has another origin; no slash at its end. */
const BASE = '';

const LONGEST_WAIT = 5; // seconds; asked to wait longer, a page had better say so than look frozen
const OWN_ORIGIN = new URL(BASE, location.origin).origin === location.origin ? '' : location.origin;
const tabs = (() => { try { return new BroadcastChannel('bff'); } catch { return undefined; } })(); // an old browser lacks it, a strict one keeps it from the page

/**
 * @typedef {{ authenticated: false } | { authenticated: true, id: string, scopes: string[], declinedScopes?: string[], createdAt: string, expiresAt: string,
 *   refreshedAt?: string, user: { user_id: string, name?: string, email?: string } }} Session
 * @typedef {{ id: string, createdAt: string, lastSeenAt: string, userAgent: string | null, current: boolean }} UserSession
 * @typedef {{ status?: number, code: string, title?: string, traceId?: string, loginUrl?: string, retryAfter?: number }} Problem Waits in seconds.
 * @typedef {{ method: string, path: string, status: number, milliseconds: number, waited?: number, response?: Response }} Answer
 */

/** A call that got no good answer. `code` is the broker's word, `network_error` (no answer) or `http_error` (somebody else's answer). */
export class BffError extends Error {
  /** @param {Problem} problem @param {Response} [response] Its body is not read yet: an API's own error may hold details. */
  constructor({ status = 0, code, title = code, traceId, loginUrl, retryAfter }, response) {
    super(title);
    this.name = new.target.name;
    this.status = status;
    this.code = code;
    this.traceId = traceId;
    this.loginUrl = loginUrl;
    this.retryAfter = retryAfter;
    this.response = response;
  }
}

/** Nobody is signed in (any more). Offer `login()`; a page that navigates unasked loses what the user was typing. */
export class LoginRequired extends BffError {}

/** The user has not granted what this call needs. Offer `login(undefined, error.scope)`. */
export class InsufficientScope extends BffError {
  get scope() { return new URL(this.loginUrl ?? '/', location.origin).searchParams.get('scope') ?? undefined; }
}

/** Tells of every attempt by an `answer` event with an {@link Answer}; one that was repeated has `waited` so many seconds. Clone its response to read it. */
export const traffic = new EventTarget();

/** @returns {Promise<Session>} Who is signed in here; never costs a call to Amazon. */
export const session = async () => (await bffFetch(`${BASE}/session`)).json();

/** @returns {Promise<Record<string, unknown>>} The profile, as Amazon sent it. */
export const me = async () => (await bffFetch(`${BASE}/me`)).json();

/** Leaves for Amazon and comes back to `returnUrl`: a path of this page's origin, or a URL. No fetch can show Amazon's pages. @param {string} [scope] */
export function login(returnUrl = here(), scope) {
  const whole = returnUrl.startsWith('/') ? OWN_ORIGIN + returnUrl : returnUrl; // a path alone would be one at the broker's
  const query = new URLSearchParams({ returnUrl: whole.length > 1500 ? `${OWN_ORIGIN}/` : whole, ...(scope && { scope }) }); // the broker takes no longer one
  location.assign(`${BASE}/login?${query}`);
}

/** Ends the session, with `everywhere` those of the user's other browsers too, and tells the other tabs. */
export async function logout({ everywhere = false } = {}) {
  await bffFetch(`${BASE}/logout${everywhere ? '?everywhere=true' : ''}`, { method: 'POST' });
  tabs?.postMessage('logout');
}

/** @returns {Promise<UserSession[]>} Where this user is signed in, the newest first. */
export const sessions = async () => (await (await bffFetch(`${BASE}/sessions`)).json()).sessions;

/** Ends one of the user's sessions. @param {string} id */
export const endSession = (id) => bffFetch(`${BASE}/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });

/** Ends all of the user's sessions but this one. */
export const endOtherSessions = () => bffFetch(`${BASE}/sessions`, { method: 'DELETE' });

/** @param {() => void} listener Called when another tab has logged out. */
export const onLogoutElsewhere = (listener) => tabs?.addEventListener('message', ({ data }) => data === 'logout' && listener());

/** This page as a return URL, without the `login_error` that a failed login left there. */
export function here() {
  const url = new URL(location.href);
  if (url.searchParams.has('login_error')) url.searchParams.delete('login_error'); // a delete always rewrites the query
  return url.pathname.replace(/^\/+/, '/') + url.search + url.hash; // '//name' would be another host
}

/** `fetch` for the broker and the APIs behind it: a good answer, or a {@link BffError}. A GET or HEAD that meets a 503 is repeated once.
 * @param {RequestInfo | URL} input @param {RequestInit} [init] @returns {Promise<Response>} */
export async function bffFetch(input, init) {
  const request = new Request(input, { credentials: 'include', ...init });
  const safe = ['GET', 'HEAD'].includes(request.method); // and without a body, which could not be sent again
  if (!safe) request.headers.set('X-CSRF', '1'); // no form and no foreign page can send it
  let response = await send(request);
  const wait = secondsToWait(response) ?? 1;
  if (response.status === 503 && safe && wait <= LONGEST_WAIT) {
    await new Promise((resolve) => { request.signal.addEventListener('abort', resolve); setTimeout(resolve, wait * 1000); }); // the next attempt throws then
    response = await send(request, wait);
  }
  if (response.ok) return response;
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json'); // an API's own JSON may well have a `code`
  const body = isProblem && await response.clone().json().catch(() => null);
  const problem = typeof body?.code === 'string' ? body : { code: 'http_error', title: response.statusText || undefined };
  const Kind = problem.code === 'login_required' ? LoginRequired : problem.code === 'insufficient_scope' ? InsufficientScope : BffError;
  throw new Kind({ ...problem, status: response.status, retryAfter: secondsToWait(response) }, response);
}

/** @param {Request} request @param {number} [waited] */
async function send(request, waited) {
  const began = performance.now();
  const outcome = await fetch(request).catch((error) => error);
  const response = outcome instanceof Response ? outcome : undefined;
  const { pathname, search } = new URL(request.url);
  const answer = { method: request.method, path: pathname + search, status: response?.status ?? 0, milliseconds: performance.now() - began, waited, response };
  traffic.dispatchEvent(new CustomEvent('answer', { detail: answer }));
  if (response) return response;
  throw request.signal.aborted ? outcome : new BffError({ code: 'network_error', title: 'No answer' });
}

/** RFC 9110 10.2.3: seconds or a date. A date is measured by the server's own clock where it told the time. */
function secondsToWait(/** @type {Response} */ { headers }) {
  const value = headers.get('Retry-After') ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - (Date.parse(headers.get('Date') ?? '') || Date.now())) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
