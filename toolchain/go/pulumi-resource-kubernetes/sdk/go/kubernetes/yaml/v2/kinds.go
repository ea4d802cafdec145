// Package v2 is what the provider calls of the SDK's yaml/v2: one generic resource in place of a type for each kind. The
// SDK's own has all of its 63 packages of types in it, which take a minute to compile, and the provider uses none of them.
package v2

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RegisterResource registers an object of any kind.
func RegisterResource(ctx *pulumi.Context, apiVersion, kind, name string, props pulumi.Input, opts ...pulumi.ResourceOption) (pulumi.CustomResource, error) {
	var object pulumi.CustomResourceState
	kindToken := fmt.Sprintf("kubernetes:%s:%s", apiVersion, kind)
	if err := ctx.RegisterResource(kindToken, name, props, &object, opts...); err != nil {
		return nil, err
	}
	return &object, nil
}
