const EVERY = 10; // seconds

/** Runs a call every ten seconds while the box is ticked and the page is in sight. @param {HTMLInputElement} box @param {() => Promise<any>} call Gives its error. */
export function keepCalling(box, call) {
  let turn = 0; // a box that was ticked off and on again must not have two rounds going

  box.addEventListener('change', () => {
    turn += 1;
    if (box.checked) goRound(turn);
  });

  async function goRound(mine) {
    if (!box.checked || mine !== turn) return;
    const error = document.hidden ? undefined : await call();
    setTimeout(() => goRound(mine), Math.max(EVERY, error?.retryAfter ?? 0) * 1000);
  }
}
