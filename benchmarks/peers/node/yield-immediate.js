// A turn through the event loop, which sees to timers and sockets as well: what
// asyncio's sleep(0) is.
bench(async (n) => {
  const [size] = sizes;
  const turn = () => new Promise(setImmediate);
  let left = size, start = 0, end = 0;

  async function member() {
    await turn();
    start ||= now();
    for (let i = 0; i < n; i++) await turn();
    if (--left === 0) end = now();
    await turn();
  }

  await Promise.all(Array.from({ length: size }, member));
  return end - start;
}, sizes[0]);
