package deferred

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// String says how far d has come, what it waits for, and which links its result
// has still to go through:
//
//	<Deferred pending -> callback parse, errback recover -> both stop>
func (d *Deferred[T]) String() string {
	var b strings.Builder
	b.WriteString("<Deferred " + d.state())
	for _, l := range d.links {
		b.WriteString(" -> " + l.name)
	}
	return b.String() + ">"
}

func (d *Deferred[T]) state() string {
	switch {
	case !d.fired && d.source != nil:
		return "waits for " + d.source.String()
	case !d.fired:
		return "pending"
	case d.err != nil:
		return fmt.Sprintf("error=%v", d.err)
	}
	return fmt.Sprintf("value=%v", d.value)
}

// names names the callback and the errback of a link.
func names(callback, errback any) string {
	var all []string
	if n := name(callback); n != "" {
		all = append(all, "callback "+n)
	}
	if n := name(errback); n != "" {
		all = append(all, "errback "+n)
	}
	return strings.Join(all, ", ")
}

// name returns the name of a function without its package, "" for a nil one,
// and the String of anything else.
func name(fn any) string {
	v := reflect.ValueOf(fn)
	switch {
	case !v.IsValid():
		return ""
	case v.Kind() != reflect.Func:
		return fmt.Sprint(fn)
	case v.IsNil():
		return ""
	}
	full := runtime.FuncForPC(v.Pointer()).Name()
	_, short, _ := strings.Cut(full[strings.LastIndex(full, "/")+1:], ".")
	return strings.TrimSuffix(short, "-fm")
}
