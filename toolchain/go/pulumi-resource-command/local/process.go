package local

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/output"
)

// Process says how a command is started, whichever step of a resource's life it belongs to.
type Process struct {
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *output.Logging    `pulumi:"logging,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// run ends only its command when it is cancelled, and waits for all that hold the command's output, as the official
// plugin does: children that a command leaves behind delay a Ctrl-C there too.
func (p Process) run(ctx context.Context, command string, previous output.Streams) (output.Streams, error) {
	words := append(p.interpreter(), command)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	if p.Dir != nil {
		cmd.Dir = *p.Dir
	}
	cmd.Env = p.environment(previous)
	if p.Stdin != nil {
		cmd.Stdin = strings.NewReader(*p.Stdin)
	}
	capture := output.NewCapture(ctx, p.Logging)
	cmd.Stdout, cmd.Stderr = capture.Stdout(), capture.Stderr()
	err := cmd.Run()
	return capture.Finish(command, err)
}

func (p Process) interpreter() []string {
	if p.Interpreter != nil && len(*p.Interpreter) > 0 {
		return append([]string{}, *p.Interpreter...)
	}
	return []string{"/bin/sh", "-c"}
}

func (p Process) environment(previous output.Streams) []string {
	environment := os.Environ()
	add := func(variables map[string]string) {
		for name, value := range variables {
			environment = append(environment, name+"="+value)
		}
	}
	if p.Environment != nil {
		add(*p.Environment)
	}
	if p.AddPreviousOutputInEnv == nil || *p.AddPreviousOutputInEnv {
		add(previous.Variables())
	}
	return environment
}
