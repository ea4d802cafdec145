// A plugin that stands in for Pulumi's own `command` plugin where that one can't be downloaded.
// toolchain/README.md says what of @pulumi/command it serves; all else is refused: CopyToRemote and
// CopyFile as unknown resources, assetPaths and archivePaths as unknown arguments.
package main

import (
	"context"
	"fmt"
	"os"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/local"
	"pulumi-centos-systemd/toolchain/pulumi-resource-command/remote"
)

// version is set by the linker, to that of the npm package this answers to.
var version = "0.0.0"

func main() {
	plugin := infer.Provider(infer.Options{
		Resources: []infer.InferredResource{
			infer.Resource(&local.Command{}),
			infer.Resource(&remote.Command{}),
		},
		Functions: []infer.InferredFunction{
			infer.Function(&local.Run{}),
		},
	})
	if err := provider.RunProvider(context.Background(), "command", version, plugin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
