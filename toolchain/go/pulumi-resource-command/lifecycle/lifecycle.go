// Package lifecycle is what local and remote commands share: which command belongs to which step of a resource's life.
package lifecycle

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Commands are those of a resource's life, and what makes it start again.
type Commands struct {
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// On is promoted to every state that embeds Commands.
func (c *Commands) On() *Commands { return c }

// state is what is kept of a resource: its inputs, and what the last of its commands wrote.
type state[Inputs, Outputs any] interface {
	*Outputs
	On() *Commands
	// Take replaces the inputs, and leaves alone what the last command wrote.
	Take(inputs Inputs)
	// Run runs one command, which may see what the last one wrote.
	Run(ctx context.Context, command string) error
}

// Resource runs the commands of its state. Pulumi's default comparison of inputs does the rest: any change is an update,
// a change of `triggers` a replacement.
type Resource[Inputs, Outputs any, State state[Inputs, Outputs]] struct{}

func (Resource[I, O, S]) Create(ctx context.Context, req infer.CreateRequest[I]) (infer.CreateResponse[O], error) {
	var outputs O
	of := S(&outputs)
	of.Take(req.Inputs)
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun {
		err = run[I, O](ctx, of, of.On().Create)
	}
	return infer.CreateResponse[O]{ID: id, Output: outputs}, err
}

// Update runs the create command again where there is none for an update.
func (Resource[I, O, S]) Update(ctx context.Context, req infer.UpdateRequest[I, O]) (infer.UpdateResponse[O], error) {
	outputs := req.State
	of := S(&outputs)
	of.Take(req.Inputs)
	command := of.On().Update
	if command == nil {
		command = of.On().Create
	}
	var err error
	if !req.DryRun {
		err = run[I, O](ctx, of, command)
	}
	return infer.UpdateResponse[O]{Output: outputs}, err
}

func (Resource[I, O, S]) Delete(ctx context.Context, req infer.DeleteRequest[O]) (infer.DeleteResponse, error) {
	of := S(&req.State)
	return infer.DeleteResponse{}, run[I, O](ctx, of, of.On().Delete)
}

// run does nothing for a step that has no command: what the last one wrote stays.
func run[I, O any, S state[I, O]](ctx context.Context, of S, command *string) error {
	if command == nil {
		return nil
	}
	return of.Run(ctx, *command)
}
