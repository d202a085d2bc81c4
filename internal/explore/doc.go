// Package explore runs a function again and again, each time in another order
// of the tasks that could run, in search of one in which it fails. It is the
// machine of package asynctest, which documents what its users see.
//
// The parts, in the order of a reader's interest:
//
//	Tester      a loop under test: what fails the test, properties
//	Config      what a search is made with
//	search      the schedules one after the other, until one fails
//	execution   one run, in one schedule: the picker of its loop
//	schedule    what sets a run apart from asyncio's order
//	strategy    where schedules come from; strategy_*.go
//	shrink      a failing schedule made short
//	history     what happened in a run; table.go prints it
package explore
