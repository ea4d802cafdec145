package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

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
	AssetPaths             *[]string          `pulumi:"assetPaths,optional"`
	ArchivePaths           *[]string          `pulumi:"archivePaths,optional"`
}

// Result is what a finished command leaves in the state.
type Result struct {
	output.Streams
	Files
}

func (p Process) run(ctx context.Context, command string, previous output.Streams) (Result, error) {
	dir, err := p.workingDirectory()
	if err != nil {
		return Result{}, err
	}
	words := append(p.interpreter(), command)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = dir
	cmd.Env = p.environment(previous)
	if p.Stdin != nil {
		cmd.Stdin = strings.NewReader(*p.Stdin)
	}
	endWholeGroup(cmd)

	capture := output.NewCapture(ctx, p.Logging)
	cmd.Stdout, cmd.Stderr = capture.Stdout(), capture.Stderr()
	err = cmd.Run()
	streams := capture.Finish()
	switch {
	case errors.Is(err, syscall.E2BIG):
		return Result{}, fmt.Errorf(
			"%w: if it is the previous output that doesn't fit into the environment, set addPreviousOutputInEnv: false", err)
	case err != nil:
		return Result{}, fmt.Errorf("%w\n%s", err, streams.Tail())
	}
	files, err := p.collectFiles(dir)
	return Result{Streams: streams, Files: files}, err
}

func (p Process) interpreter() []string {
	if p.Interpreter != nil && len(*p.Interpreter) > 0 {
		return append([]string{}, *p.Interpreter...)
	}
	return []string{"/bin/sh", "-c"}
}

// workingDirectory is looked at first: the error of a missing one would name the interpreter instead.
func (p Process) workingDirectory() (string, error) {
	if p.Dir == nil {
		return os.Getwd()
	}
	info, err := os.Stat(*p.Dir)
	if err != nil {
		return "", fmt.Errorf("dir %q: %w", *p.Dir, err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("dir %q is not a directory", *p.Dir)
	}
	return *p.Dir, nil
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

// endWholeGroup makes a cancelled `pulumi up` end the command's children too, not only its shell,
// and gives them a moment to tidy up.
func endWholeGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		group := -cmd.Process.Pid
		time.AfterFunc(5*time.Second, func() { _ = syscall.Kill(group, syscall.SIGKILL) })
		return syscall.Kill(group, syscall.SIGTERM)
	}
}
