module github.com/gobaton/async/streams/nettest

go 1.26.0

require (
	github.com/gobaton/async v0.0.0
	go.uber.org/goleak v1.3.0
	golang.org/x/net v0.62.0
)

require golang.org/x/sys v0.49.0 // indirect

replace github.com/gobaton/async => ../../
