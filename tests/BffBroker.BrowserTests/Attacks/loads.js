// Everything that loads something by itself: what has loaded?
async (urls) => {
  const globals = Object.keys(window).length;
  const make = (tag, properties) => new Promise((resolve) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.onload = element.onloadeddata = () => resolve(`${tag} ${element.src ?? element.href ?? element.data}`);
    element.onerror = () => resolve(null);
    document.body.append(element);
  });
  const attempts = urls.flatMap((url) => [
    make('img', { src: url }), make('script', { src: url }), make('script', { src: url, crossOrigin: 'use-credentials' }),
    make('link', { rel: 'stylesheet', href: url }), make('audio', { src: url }), make('video', { src: url }),
  ]);
  for (const url of urls) document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: url }));
  const loaded = (await Promise.all(attempts)).filter((one) => one !== null);
  return Object.keys(window).length > globals ? [...loaded, 'a global'] : loaded;
}
