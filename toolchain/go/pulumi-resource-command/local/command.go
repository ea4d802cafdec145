// Package local runs commands on the machine where Pulumi runs.
package local

import (
	"context"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/lifecycle"
	"pulumi-centos-systemd/toolchain/pulumi-resource-command/output"
)

// Command is command:local:Command.
type Command struct {
	lifecycle.Resource[CommandInputs, CommandOutputs, *CommandOutputs]
}

type CommandInputs struct {
	lifecycle.Commands
	Process
}

type CommandOutputs struct {
	CommandInputs
	output.Streams
}

func (s *CommandOutputs) Take(inputs CommandInputs) { s.CommandInputs = inputs }

func (s *CommandOutputs) Run(ctx context.Context, command string) (err error) {
	s.Streams, err = s.Process.run(ctx, command, s.Streams)
	return err
}
