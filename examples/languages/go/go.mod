module languages-go

go 1.25

require (
	example.com/pulumi-centos-systemd/sdk/go v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.256.0
)

// Where `pulumi package gen-sdk` puts it; `go mod tidy` finds the rest.
replace example.com/pulumi-centos-systemd/sdk/go => ./sdks/go
