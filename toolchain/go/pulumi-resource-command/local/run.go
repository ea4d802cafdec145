package local

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/output"
)

// Run is command:local:run, a function: it runs whenever the program does, on preview too.
type Run struct{}

type RunInputs struct {
	Process
	Command string `pulumi:"command"`
}

type RunOutputs struct {
	RunInputs
	output.Streams
}

func (*Run) Invoke(
	ctx context.Context, req infer.FunctionRequest[RunInputs],
) (infer.FunctionResponse[RunOutputs], error) {
	streams, err := req.Input.run(ctx, req.Input.Command, output.Streams{})
	return infer.FunctionResponse[RunOutputs]{Output: RunOutputs{RunInputs: req.Input, Streams: streams}}, err
}
