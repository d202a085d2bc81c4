module github.com/gobaton/async/monitor/asynctop

go 1.26.0

replace github.com/gobaton/async => ../../

require (
	github.com/gdamore/encoding v1.0.1 // indirect
	github.com/lucasb-eyer/go-colorful v1.3.0 // indirect
	github.com/rivo/uniseg v0.4.7 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/term v0.37.0 // indirect
	golang.org/x/text v0.31.0 // indirect
)

require (
	github.com/creack/pty v1.1.24
	github.com/gdamore/tcell/v2 v2.13.10
	github.com/gobaton/async v0.0.0
	github.com/rivo/tview v0.42.0
	github.com/stretchr/testify v1.12.1
	go.uber.org/goleak v1.3.0
)
