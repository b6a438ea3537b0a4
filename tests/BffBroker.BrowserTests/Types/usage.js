// How authors use bff.js, and how they must not: the compiler says so where a type is lost.
import {
  BffError, InsufficientScope, LoginRequired, bffFetch, endOtherSessions, endSession, here, keepAlive, login, logout, me, onExpiring, onSessionChange, session, sessions, traffic,
} from '../../../src/DemoSpa/bff.js';

const now = await session({ touch: false });
// @ts-expect-error Nobody may be signed in.
now.user.user_id.trim();
if (now.authenticated) {
  now.user.user_id.trim();
  now.expiresAt.trim();
  now.idleExpiresAt?.trim();
  now.scopes.map((scope) => scope.trim());
  // @ts-expect-error A replaced session has none.
  now.idleExpiresAt.trim();
}

(await keepAlive()).authenticated.valueOf();

const stop = onExpiring(60, (left, keepable) => {
  left?.toFixed();
  keepable.valueOf();
  // @ts-expect-error It may be over.
  left.toFixed();
});
stop();
// @ts-expect-error Seconds, not an instant.
onExpiring(new Date(), () => {});

onSessionChange((change, session) => {
  if (change === 'signed-in' || change === 'signed-out' || change === 'another-user') session.authenticated.valueOf();
  // @ts-expect-error There is no such change.
  if (change === 'expired') stop();
})();

traffic.addEventListener('answer', () => {});
login();
login(here(), 'postal_code');
await logout({ everywhere: true });
for (const { id, userAgent } of await sessions()) if (userAgent === null) await endSession(id);
await endOtherSessions();
Object.keys(await me());
// @ts-expect-error Of Amazon's members nothing is known.
(await me()).name.trim();

try {
  await bffFetch('/api/orders', { method: 'POST', body: '{}' });
  await bffFetch(new URL('/api/orders', location.origin));
} catch (error) {
  if (error instanceof LoginRequired) login();
  else if (error instanceof InsufficientScope) login(undefined, error.scope);
  else if (error instanceof BffError) [error.code.trim(), error.status.toFixed(), error.traceId?.trim(), error.loginUrl?.trim(), error.retryAfter?.toFixed(), error.response?.json()];
}
