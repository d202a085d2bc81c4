bench((n) => timed(() => new Promise((done) => {
  let left = n;
  const again = () => (--left === 0 ? done() : queueMicrotask(again));
  queueMicrotask(again);
})));
