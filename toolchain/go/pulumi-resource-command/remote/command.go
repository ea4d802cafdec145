// Package remote runs commands on another machine, over ssh.
package remote

import (
	"context"
	"fmt"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/lifecycle"
	"pulumi-centos-systemd/toolchain/pulumi-resource-command/output"
)

// Command is command:remote:Command.
type Command struct {
	lifecycle.Resource[CommandInputs, CommandOutputs, *CommandOutputs]
}

type CommandInputs struct {
	lifecycle.Commands
	Connection             *Connection        `pulumi:"connection" provider:"secret"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *output.Logging    `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

type CommandOutputs struct {
	CommandInputs
	output.Streams
}

func (s *CommandOutputs) Take(inputs CommandInputs) { s.CommandInputs = inputs }

func (s *CommandOutputs) Run(ctx context.Context, command string) error {
	client, err := s.Connection.dial(ctx)
	if err != nil {
		return err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return err
	}
	defer session.Close()
	if err := s.setEnvironment(ctx, session); err != nil {
		return err
	}
	if s.Stdin != nil {
		session.Stdin = strings.NewReader(*s.Stdin)
	}
	capture := output.NewCapture(ctx, s.Logging)
	session.Stdout, session.Stderr = capture.Stdout(), capture.Stderr()
	s.Streams, err = capture.Finish(command, session.Run(command))
	return err
}

// setEnvironment fails for a variable that the caller wants and the server refuses; the previous output is only offered, as
// most servers accept next to nothing.
func (s *CommandOutputs) setEnvironment(ctx context.Context, session *ssh.Session) error {
	const mend = "the ssh server refuses %s: allow it with AcceptEnv in its sshd_config, or write %s=… in front of the command"
	if s.Environment != nil {
		for name, value := range *s.Environment {
			if err := session.Setenv(name, value); err != nil {
				provider.GetLogger(ctx).Errorf(mend, name, name)
				return fmt.Errorf("could not set environment variable %q: %w", name, err)
			}
		}
	}
	if s.AddPreviousOutputInEnv != nil && !*s.AddPreviousOutputInEnv {
		return nil
	}
	for name, value := range s.Variables() {
		if session.Setenv(name, value) != nil {
			provider.GetLogger(ctx).Warningf(mend, name, name)
		}
	}
	return nil
}
