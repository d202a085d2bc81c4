// Package policy holds tests of what the repository as a whole must keep: which
// package may import which, where clocks may be read, that every exported name
// is documented and every example shown whole, and that docs/asyncio.md tells
// the truth.
package policy
