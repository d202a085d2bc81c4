// A turn through the queue of promises: the least that lets another function run.
bench(async (n) => {
  const [size] = sizes;
  let left = size, start = 0, end = 0;

  async function member() {
    await null;
    start ||= now();
    for (let i = 0; i < n; i++) await null;
    if (--left === 0) end = now();
    await null;
  }

  await Promise.all(Array.from({ length: size }, member));
  return end - start;
}, sizes[0]);
