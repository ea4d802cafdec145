// One sandbox, declared in Go.
package main

import (
	"example.com/pulumi-centos-systemd/sdk/go/centossystemd"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		// What it is called here stands before the names of its machines on the host.
		sandbox, err := centossystemd.NewSystemdSandbox(ctx, ctx.Stack(), &centossystemd.SystemdSandboxArgs{
			Distribution: pulumi.StringRef(settings.Require("distribution")),
			BaseImage:    pulumi.StringRef(settings.Require("baseImage")),
			Ttl:          pulumi.StringRef("8h"),
			Machines: map[string]centossystemd.ReplicatedMachineArgs{
				"web": {
					Ports: []centossystemd.PortArgs{{Port: 80}}, // a free one of the host, on 127.0.0.1
					Files: map[string]centossystemd.FileArgs{
						"/usr/local/bin/hello": {
							Source: pulumi.StringRef("../../../stacks/web/hello"),
							Mode:   pulumi.StringRef("0755"),
						},
					},
					Units: map[string]centossystemd.UnitArgs{
						"hello.socket": {
							Source: pulumi.StringRef("../../../stacks/web/hello.socket"),
							Enable: pulumi.BoolRef(true),
						},
						"hello@.service": {Source: pulumi.StringRef("../../../stacks/web/hello@.service")},
					},
					Provision: []centossystemd.ProvisionArgs{{
						Script:      pulumi.StringRef("../provision.sh"),
						Environment: map[string]pulumi.StringInput{"TOKEN": settings.RequireSecret("token")},
					}},
				},
				"node": {Count: pulumi.IntRef(2)},
			},
		})
		if err != nil {
			return err
		}
		ctx.Export("machines", sandbox.Machines)
		return nil
	})
}
