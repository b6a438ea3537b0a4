import { BffError, LoginRequired, here, login, onExpiring, onSessionChange, traffic } from './bff.js';
import { callMe, endOthers, forget, isForgotten, isKnown, isSignedIn, listDevices, logOut, refresh, showEnded, showSignedOut, stay, tick } from './account.js';
import { element } from './dom.js';
import { showAnswer } from './inspector.js';
import { clearNotices, isShown, showNotice } from './notices.js';
import { changeNotice, expiryNotice, loginNotice, noticeFor } from './problems.js';
import { keepCalling } from './rounds.js';
import { tell, tellAnswer } from './timeline.js';
import { show } from './view.js';
import { onOutcome, quietly, start } from './work.js';

/** @type {{ work: () => Promise<unknown>, code: string } | undefined} What the notice on the page is about. */
let trouble;

onOutcome((error, work, quiet) => {
  if (!(error instanceof BffError)) console.error(error);
  if (error instanceof LoginRequired) showSignedOut();
  else if (!isKnown()) show('unknown');
  const notice = noticeFor(error, isSignedIn());
  if (isSignedIn()) tell('trouble', `${notice.title}. Your session is kept.`);
  if (quiet && isShown(notice.code)) return; // said once is enough
  trouble = { work, code: notice.code };
  showNotice('alert', {
    ...notice,
    ...(notice.retry && { action: { label: 'Try again', run: () => start(work) } }),
    lasting: !isKnown(), // it is all there is to see
  });
}, (work) => {
  if (trouble?.work === work && isShown(trouble.code)) clearNotices();
});

async function begin() {
  const code = new URLSearchParams(location.search).get('login_error');
  if (code !== null) history.replaceState(history.state, '', here()); // a reload or a bookmark must not tell it again
  const error = await quietly(refresh);
  if (code !== null && !error) showNotice('alert', loginNotice(code, isSignedIn()));
}

const clicked = (id, work, how) => element(id).addEventListener('click', () => start(work, how));

clicked('sign-in', async () => login());
clicked('call-me', callMe);
clicked('end-others', endOthers);
clicked('log-out', () => logOut(), { atOnce: true });
clicked('log-out-everywhere', () => logOut(true), { atOnce: true });
keepCalling(/** @type {HTMLInputElement} */ (element('keep-calling')), () => quietly(callMe));

traffic.addEventListener('answer', (event) => {
  const answer = /** @type {CustomEvent<import('./bff.js').Answer>} */ (event).detail;
  if (isForgotten(performance.now() - answer.milliseconds)) return; // an answer to somebody who has left
  tellAnswer(answer);
  showAnswer(answer);
});
let expiring = false;
onExpiring(60, (left, keepable) => {
  expiring = left !== undefined;
  if (expiring && isSignedIn()) showNotice('alert', expiryNotice(keepable, () => start(stay)));
  else if (isShown('expiring')) clearNotices();
});
onSessionChange(async (change) => {
  const known = isKnown(); // else nothing changes for the eye
  if (change === 'signed-out' && known) {
    if (expiring) return showEnded();
    showSignedOut();
  } else if (await quietly(refresh)) return; // which has told its error
  if (known) showNotice('status', changeNotice(change));
});
addEventListener('offline', () => showNotice('alert', {
  code: 'network_error', title: 'You are offline', text: 'This page looks again by itself once you are connected.',
}));
addEventListener('online', () => start(refresh));
// A page out of the back-forward cache, or a tab that was away for hours, may show a session that has ended.
addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return;
  forget();
  show('checking');
  quietly(refresh);
});
document.addEventListener('visibilitychange', async () => {
  if (document.hidden) return;
  await quietly(refresh);
  if (isSignedIn() && !element('device-list').contains(document.activeElement)) quietly(listDevices);
});
setInterval(tick, 1000);

begin();
