// Package behavior holds the tests of what several features of async do
// together: models, random programs, turns, misuse, panics, unwinding.
package behavior
