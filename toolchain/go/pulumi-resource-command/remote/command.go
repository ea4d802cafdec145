// Package remote runs commands on another machine, over ssh.
package remote

import (
	"context"
	"fmt"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"golang.org/x/crypto/ssh"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/lifecycle"
	"pulumi-centos-systemd/toolchain/pulumi-resource-command/output"
)

// Command is command:remote:Command.
type Command struct{}

type CommandInputs struct {
	lifecycle.Inputs
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
	state := CommandOutputs{CommandInputs: req.Inputs, Streams: req.State.Streams}
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

func (s *CommandOutputs) run(ctx context.Context, step string, command *string) error {
	if command == nil {
		return nil
	}
	client, err := s.Connection.dial(ctx)
	if err != nil {
		return fmt.Errorf("the %s command could not start: %w", step, err)
	}
	defer client.Close()
	// Closing the connection is what ends the command of a cancelled `pulumi up`.
	defer context.AfterFunc(ctx, func() { client.Close() })()

	session, err := client.NewSession()
	if err != nil {
		return fmt.Errorf("the %s command could not start: %w", step, err)
	}
	defer session.Close()
	if err := s.setEnvironment(ctx, session); err != nil {
		return fmt.Errorf("the %s command could not start: %w", step, err)
	}
	if s.Stdin != nil {
		session.Stdin = strings.NewReader(*s.Stdin)
	}
	capture := output.NewCapture(ctx, s.Logging)
	session.Stdout, session.Stderr = capture.Stdout(), capture.Stderr()
	err = session.Run(*command)
	streams := capture.Finish()
	if err != nil {
		return fmt.Errorf("the %s command failed: %w\n%s", step, err, streams.Tail())
	}
	s.Streams = streams
	return nil
}

// setEnvironment fails for a variable that the caller wants and the server refuses; the previous
// output is only offered, as most servers accept next to nothing.
func (s *CommandOutputs) setEnvironment(ctx context.Context, session *ssh.Session) error {
	if s.Environment != nil {
		for name, value := range *s.Environment {
			if err := session.Setenv(name, value); err != nil {
				return fmt.Errorf("environment: the ssh server refuses %s: "+
					"allow it with AcceptEnv in its sshd_config, or write %s=… in front of the command: %w", name, name, err)
			}
		}
	}
	if s.AddPreviousOutputInEnv != nil && !*s.AddPreviousOutputInEnv {
		return nil
	}
	for name, value := range s.Variables() {
		if err := session.Setenv(name, value); err != nil {
			provider.GetLogger(ctx).Warningf("the ssh server refuses %s, so the command doesn't see it: "+
				"allow it with AcceptEnv in its sshd_config, or set addPreviousOutputInEnv: false", name)
		}
	}
	return nil
}
