module github.com/gobaton/async/monitor/perfetto

go 1.26.0

replace github.com/gobaton/async => ../../

require (
	github.com/gobaton/async v0.0.0
	github.com/stretchr/testify v1.12.1
	go.uber.org/goleak v1.3.0
	google.golang.org/protobuf v1.36.12
)

require go.yaml.in/yaml/v3 v3.0.5 // indirect
