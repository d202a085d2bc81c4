bench((n) => timed(async () => {
  for (let i = 0; i < n; i++) {
    let set;
    const future = new Promise((resolve) => { set = resolve; });
    queueMicrotask(() => set(1));
    await future;
  }
}));
