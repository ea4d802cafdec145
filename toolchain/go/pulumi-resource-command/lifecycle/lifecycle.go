// Package lifecycle holds what local and remote commands share: which command belongs to which step.
package lifecycle

// Inputs are the commands of a resource's life, and what makes it start again.
type Inputs struct {
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
}

// OnUpdate is the command for changed inputs: `update`, or `create` again where there is none.
func (i Inputs) OnUpdate() *string {
	if i.Update != nil {
		return i.Update
	}
	return i.Create
}
