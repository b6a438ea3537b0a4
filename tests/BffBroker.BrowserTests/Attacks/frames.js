// Everything that shows a page within a page: what can be read in it?
async (urls) => {
  const frames = urls.flatMap((url) => ['iframe', 'object', 'embed'].map((tag) => {
    const frame = Object.assign(document.createElement(tag), tag === 'object' ? { data: url } : { src: url });
    const done = new Promise((resolve) => { frame.onload = frame.onerror = resolve; setTimeout(resolve, 20_000); });
    document.body.append(frame);
    return [frame, done];
  }));
  await Promise.all(frames.map(([, done]) => done));
  return frames.map(([frame]) => { try { return frame.contentDocument?.body?.innerText || null; } catch { return null; } }).filter(Boolean);
}
