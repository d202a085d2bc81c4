// Command asyncvet checks programs that use package async; see package analyzer
// for what it finds.
//
//	asyncvet ./...
//	go vet -vettool=$(which asyncvet) ./...
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"

	"github.com/gobaton/async/analyzer"
)

func main() { multichecker.Main(analyzer.All...) }
