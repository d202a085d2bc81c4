module github.com/gobaton/async/examples/chat-websocket

go 1.26.0

replace (
	github.com/gobaton/async => ../../
	github.com/gobaton/async/asynchttp/websocket => ../../asynchttp/websocket
)

require (
	github.com/coder/websocket v1.8.15
	github.com/gobaton/async v0.0.0
	github.com/gobaton/async/asynchttp/websocket v0.0.0
	github.com/stretchr/testify v1.12.1
	go.uber.org/goleak v1.3.0
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/sys v0.49.0 // indirect
)
