package sched

import (
	"regexp"
	"runtime"
	"strings"
)

// closureName is the end of a closure's name.
var closureName = regexp.MustCompile(`^(func|gowrap|deferwrap)?\d+(-range\d+)?$`)

// FunctionName returns the name of a function without its package, and that of
// a closure the name of the function that has made it: answer for that which
// example.com/x.answer returns.
//
// The compiler names a closure of a function that it has inlined after all the
// functions around it, outermost first: main.main.answer.func1.
func FunctionName(f *runtime.Func) string {
	if f == nil {
		return "nil"
	}
	name := f.Name()
	name = name[strings.LastIndexByte(name, '/')+1:]
	name = strings.TrimSuffix(strings.ReplaceAll(name, "[...]", ""), "-fm") // of an instance, of a method's value
	parts := strings.Split(name, ".")[1:]
	n := len(parts)
	for n > 1 && closureName.MatchString(parts[n-1]) {
		n--
	}
	switch {
	case n == len(parts):
		return strings.Join(parts, ".")
	case n > 1 && strings.HasPrefix(parts[n-2], "("):
		return parts[n-2] + "." + parts[n-1]
	}
	return parts[n-1]
}
