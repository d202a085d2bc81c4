// Package cpython holds CPython's own tests of asyncio, translated: those of
// 3.15. It has no code but its tests.
//
// A test keeps CPython's name and its facts, in the words of Go. The name comes
// from the class and the method: TestTaskGroup.test_taskgroup_01 is
// TestTaskGroup_taskgroup_01, _QueueJoinTestMixin.test_task_done is
// TestQueueJoin_task_done. What CPython runs for several kinds of queue or of
// task factory is one test here too, with a subtest for each kind.
//
// The tables in testdata, one for each of CPython's files, have a row for each
// of its tests, with columns that a tab separates: the test, its kind, and a
// remark.
//
//   - A: the library does what CPython does, and a test here shows it.
//   - B: the library differs on purpose. The remark quotes the passage of
//     docs/asyncio.md that says so, the test here shows what it does instead.
//   - C: there is nothing to translate. The remark says why.
//
// A test holds the tables, the tests and docs/asyncio.md against each other.
// With the flag -cpython.tests it also holds the tables against the folder
// Lib/test/test_asyncio of a CPython, to see what is new there.
package cpython
