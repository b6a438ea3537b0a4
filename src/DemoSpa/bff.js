// Talks to BffBroker from a page of its own site. No token ever gets here: the session is a cookie that no script can read.
/** Path base of the broker's public URL ('' or, for example, '/bff'), or the whole URL where the page has another origin; no slash at its end. */
const BASE = '';

const LONGEST_WAIT = 5; // seconds; asked to wait longer, a page had better say so than look frozen
const OWN_ORIGIN = new URL(BASE, location.origin).origin === location.origin ? '' : location.origin;
const tabs = (() => { try { return new BroadcastChannel(`bff${BASE}`); } catch { return undefined; } })(); // an old browser lacks it, a strict one keeps it from the page

/**
 * @typedef {{ authenticated: false } | { authenticated: true, id: string, scopes: string[], declinedScopes?: string[], createdAt: string, expiresAt: string,
 *   idleExpiresAt?: string, refreshedAt?: string, user: { user_id: string, name?: string, email?: string } }} Session
 * @typedef {{ id: string, createdAt: string, lastSeenAt: string, userAgent: string | null, current: boolean }} UserSession
 * @typedef {{ status?: number, code: string, title?: string, traceId?: string, loginUrl?: string, retryAfter?: number }} Problem Waits in seconds.
 * @typedef {{ method: string, path: string, status: number, milliseconds: number, waited?: number, response?: Response }} Answer
 * @typedef {(change: 'signed-in' | 'signed-out' | 'another-user', now: Session) => void} ChangeListener
 */

/** A call that got no good answer. `code` is the broker's word, `network_error` (no answer) or `http_error` (somebody else's answer). */
export class BffError extends Error {
  /** @param {Problem} problem @param {Response} [response] Its body is not read yet: an API's own error may hold details. */
  constructor({ status = 0, code, title = code, traceId, loginUrl, retryAfter }, response) {
    super(title);
    this.name = new.target.name; this.status = status; this.code = code; this.traceId = traceId; this.loginUrl = loginUrl; this.retryAfter = retryAfter; this.response = response;
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

/** Who is signed in here; never costs a call to Amazon. Without `touch`, the question does not keep the session alive. */
export const session = ({ touch = true } = {}) => ask(touch);
export const keepAlive = () => session(); // for when the user says so, not for a timer
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
  [known, answered, ends] = [{ authenticated: false }, ++asked, Infinity]; // an answer under way is of before
  tabs?.postMessage('');
}

/** @returns {Promise<UserSession[]>} Where this user is signed in, the newest first. */
export const sessions = async () => (await (await bffFetch(`${BASE}/sessions`)).json()).sessions;
/** Ends one of the user's sessions. @param {string} id */
export const endSession = (id) => bffFetch(`${BASE}/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
/** Ends all of the user's sessions but this one. */
export const endOtherSessions = () => bffFetch(`${BASE}/sessions`, { method: 'DELETE' });

/** Tells that the user is another one, or none, than `session()` said last: by another tab, in the back-forward cache, or as `onExpiring` finds out.
 * @param {ChangeListener} listener @returns {() => void} Ends it. */
export const onSessionChange = (listener) => { changes.add(listener); return () => { changes.delete(listener); }; };

/** Warns that the session ends in so many seconds unless it is used, and says by `undefined` that it does not any more. Without `keepable` only a new login
 * helps. It goes by the last `session()`, and by looks of its own, which do not keep the session alive.
 * @param {number} seconds @param {(left: number | undefined, keepable: boolean) => void} listener @returns {() => void} Ends it. */
export function onExpiring(seconds, listener) {
  let [told, lookedAt] = ['', 0];
  const timer = setInterval(() => { // and not one long timeout, whose clock may stand still while the machine sleeps
    const left = (ends - Date.now()) / 1000;
    if (left <= seconds && Date.now() - lookedAt >= 5000) { lookedAt = Date.now(); return void look(); } // it may have been used meanwhile
    const state = left > seconds ? '' : known?.authenticated && (known.idleExpiresAt ?? known.expiresAt) < known.expiresAt ? 'idle' : 'over';
    if (asked === answered && state !== told) listener((told = state) ? Math.max(0, left) : undefined, state === 'idle');
  }, 1000);
  return () => clearInterval(timer);
}

/** This page as a return URL, without the `login_error` that a failed login left there. */
export function here() {
  const url = new URL(location.href);
  if (url.searchParams.has('login_error')) url.searchParams.delete('login_error'); // a delete always rewrites the query
  return url.pathname.replace(/^\/+/, '/') + url.search + url.hash; // '//name' would be another host
}

/** `fetch` for the broker and the APIs behind it: a good answer, or a {@link BffError}. A GET or HEAD that meets a 503 is repeated once. */
export async function bffFetch(/** @type {RequestInfo | URL} */ input, init = /** @type {RequestInit} */ ({})) {
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

async function send(/** @type {Request} */ request, waited = /** @type {number | undefined} */ (undefined)) {
  const began = performance.now();
  const outcome = await fetch(request).catch((error) => error);
  const response = outcome instanceof Response ? outcome : undefined;
  const { pathname, search } = new URL(request.url);
  const answer = { method: request.method, path: pathname + search, status: response?.status ?? 0, milliseconds: performance.now() - began, waited, response };
  traffic.dispatchEvent(new CustomEvent('answer', { detail: answer }));
  if (response) return response;
  throw request.signal.aborted ? outcome : new BffError({ code: 'network_error', title: 'No answer' });
}

const changes = /** @type {Set<ChangeListener>} */ (new Set());
let known = /** @type {Session | undefined} */ (undefined); // what the broker said last
let [asked, answered, ends] = [0, 0, Infinity]; // the end as this machine's clock will show it

async function ask(/** @type {boolean} */ touch, isOwn = false) { // own: the page does not see the answer
  const turn = ++asked;
  const response = await bffFetch(`${BASE}/session${touch ? '' : '?touch=false'}`);
  const [now, before] = [/** @type {Session} */ (await response.json()), known];
  if (turn < answered) return before ?? now; // a later question had its answer first
  const left = now.authenticated ? Date.parse(now.idleExpiresAt ?? now.expiresAt) - serverTime(response) : Infinity;
  [known, answered, ends] = [now, turn, Date.now() + left];
  if (who(before) === who(now)) return now;
  tabs?.postMessage(who(now));
  const change = !now.authenticated ? 'signed-out' : before?.authenticated ? 'another-user' : 'signed-in';
  if (isOwn && before) changes.forEach((listener) => listener(change, now));
  return now;
}

const look = () => ask(false, true).catch(() => {}); // the next look, or the next call of the page, gets an answer
const who = (/** @type {Session | undefined} */ one) => one && (one.authenticated ? one.user.user_id : '');
tabs?.addEventListener('message', ({ data }) => data !== who(known) && look());
addEventListener('pageshow', ({ persisted }) => persisted && look());

const serverTime = (/** @type {Response} */ { headers }) => Date.parse(headers.get('Date') ?? '') || Date.now(); // by its own clock, where it tells

/** RFC 9110 10.2.3: seconds or a date. */
function secondsToWait(/** @type {Response} */ response) {
  const value = response.headers.get('Retry-After') ?? '';
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - serverTime(response)) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
