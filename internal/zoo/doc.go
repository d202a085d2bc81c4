// Package zoo is a catalogue of concurrency bugs, each beside its corrected
// twin, one file each: how programs of tasks go wrong, taken from the trackers
// of asyncio, aiohttp, redis-py, trio, tokio and Java's pools, and from the
// literature. They are what the explorer of package asynctest is measured by.
//
// Every bug passes in asyncio's order. The tests hold that the zero Explorer
// finds each, and leaves each twin alone.
package zoo
