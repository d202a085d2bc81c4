// Package twins has programs that come from asyncio, each as an example with
// its output, beside its twin in Python in testdata. A test runs both and
// compares what they print; docs/from-asyncio.md counts their lines.
package twins
