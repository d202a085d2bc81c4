package conformance

// An op is an operation of the program language. It writes its own line when it
// succeeds and returns the error when it fails.
type op struct {
	args string // the kinds of its arguments, a letter each: see kinds
	do   func(c *coroutine, a args) error
}

// A family is some operations with the resources and the errors that only they
// know.
type family struct {
	ops       map[string]op
	resources map[string]func(n int) any
	errors    []namedError
}

// families is the whole language.
var families = []family{flow, tasks, futures, callbacks, combine, scopes, syncs, barriers, queues,
	deeds, portals, offloads, signals, starts, names, shared, reprs, reasons,
	connections, protocols}

func lookup(name string) (op, bool) {
	for _, f := range families {
		if o, ok := f.ops[name]; ok {
			return o, true
		}
	}
	return op{}, false
}

func newResource(r Resource) any {
	for _, f := range families {
		if build, ok := f.resources[r.Kind]; ok {
			return build(r.N)
		}
	}
	return nil
}

func namedErrors() []namedError {
	var all []namedError
	for _, f := range families {
		all = append(all, f.errors...)
	}
	return all
}
