// pulumi-resource-docker stands in for Pulumi's own docker plugin 5.2.0 on machines that can't
// download it. It serves the same resources to the same SDK: all but docker.Image come from the
// Terraform provider that Pulumi's plugin bridges too.
package main

import (
	"context"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	pulumi "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	upstream "github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const name = "docker"

// Set when it is built: the SDK asks for exactly its own version.
var version = "5.2.0"

func main() {
	err := pulumi.Main(name, func(host *pulumi.HostClient) (rpc.ResourceProviderServer, error) {
		info := bridgeInfo(upstream.New(version)())
		bridge := tfbridge.NewProvider(context.Background(), host, name, version, info.P, info, nil)
		return &server{bridge, &images{host: host}}, nil
	})
	if err != nil {
		cmdutil.ExitError(err.Error())
	}
}
