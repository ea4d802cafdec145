// Package local runs commands on the machine where Pulumi runs.
package local

import (
	"context"
	"fmt"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/lifecycle"
)

// Command is command:local:Command. Pulumi's default comparison of inputs does the rest: any change
// is an update, a change of `triggers` a replacement.
type Command struct{}

type CommandInputs struct {
	lifecycle.Inputs
	Process
}

type CommandOutputs struct {
	CommandInputs
	Result
}

func (*Command) Check(
	ctx context.Context, req infer.CheckRequest,
) (infer.CheckResponse[CommandInputs], error) {
	inputs, failures, err := infer.DefaultCheck[CommandInputs](ctx, req.NewInputs)
	if wrong := inputs.Logging.Check(); wrong != nil {
		failures = append(failures, provider.CheckFailure{Property: "logging", Reason: wrong.Error()})
	}
	return infer.CheckResponse[CommandInputs]{Inputs: inputs, Failures: failures}, err
}

func (*Command) Create(
	ctx context.Context, req infer.CreateRequest[CommandInputs],
) (infer.CreateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun {
		err = state.run(ctx, "create", req.Inputs.Create)
	}
	return infer.CreateResponse[CommandOutputs]{ID: id, Output: state}, err
}

func (*Command) Update(
	ctx context.Context, req infer.UpdateRequest[CommandInputs, CommandOutputs],
) (infer.UpdateResponse[CommandOutputs], error) {
	state := CommandOutputs{CommandInputs: req.Inputs, Result: req.State.Result}
	var err error
	if !req.DryRun {
		err = state.run(ctx, "update", req.Inputs.OnUpdate())
	}
	return infer.UpdateResponse[CommandOutputs]{Output: state}, err
}

func (*Command) Delete(
	ctx context.Context, req infer.DeleteRequest[CommandOutputs],
) (infer.DeleteResponse, error) {
	return infer.DeleteResponse{}, req.State.run(ctx, "delete", req.State.Delete)
}

// run does nothing for a step that has no command: what the last one wrote stays.
func (s *CommandOutputs) run(ctx context.Context, step string, command *string) error {
	if command == nil {
		return nil
	}
	result, err := s.Process.run(ctx, *command, s.Streams)
	if err != nil {
		return fmt.Errorf("the %s command failed: %w", step, err)
	}
	s.Result = result
	return nil
}
