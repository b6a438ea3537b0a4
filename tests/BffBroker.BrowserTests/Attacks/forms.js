// Forms of every kind, sent at once or by a redirect of the site's own: what can be read of the answers?
async (urls) => {
  const posts = [];
  for (const url of urls) {
    for (const action of [url, `/bounce?to=${encodeURIComponent(url)}`]) {
      for (const enctype of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']) {
        const frame = Object.assign(document.createElement('iframe'), { name: `target${posts.length}` });
        const form = Object.assign(document.createElement('form'), { method: 'post', action, enctype, target: frame.name });
        form.append(Object.assign(document.createElement('input'), { name: 'everywhere', value: 'true' }));
        document.body.append(frame, form);
        posts.push(new Promise((resolve) => { frame.onload = () => resolve(frame); setTimeout(() => resolve(frame), 20_000); }));
        form.submit();
      }
    }
  }
  const frames = await Promise.all(posts);
  return frames.map((frame) => { try { return frame.contentDocument?.body?.innerText || null; } catch { return null; } }).filter(Boolean);
}
