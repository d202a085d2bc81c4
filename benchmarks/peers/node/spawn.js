// An async function begins at once; that it begins in a turn of its own is what then is for.
bench((n) => timed(async () => {
  for (let i = 0; i < n; i++) await Promise.resolve().then(nothing);
}));
