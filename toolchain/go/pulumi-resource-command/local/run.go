package local

import (
	"context"
	"fmt"

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
	Result
}

func (*Run) Invoke(
	ctx context.Context, req infer.FunctionRequest[RunInputs],
) (infer.FunctionResponse[RunOutputs], error) {
	if err := req.Input.Logging.Check(); err != nil {
		return infer.FunctionResponse[RunOutputs]{}, fmt.Errorf("logging: %w", err)
	}
	result, err := req.Input.run(ctx, req.Input.Command, output.Streams{})
	if err != nil {
		err = fmt.Errorf("the command failed: %w", err)
	}
	return infer.FunctionResponse[RunOutputs]{Output: RunOutputs{RunInputs: req.Input, Result: result}}, err
}
