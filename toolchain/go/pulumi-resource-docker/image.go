package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumi "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	upstream "github.com/terraform-providers/terraform-provider-docker/internal/provider"
	"google.golang.org/protobuf/types/known/structpb"
)

// images is the resource docker.Image: an image that is built again whenever its inputs or a file
// of its context change.
type images struct {
	host      *pulumi.HostClient
	terraform *schema.Provider
}

func newImages(host *pulumi.HostClient, terraform *schema.Provider) *images {
	return &images{host: host, terraform: terraform}
}

// Check refuses what can't be built, and adds what makes a changed context a changed input.
func (r *images) Check(req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	properties, err := unmarshal(req.News)
	if err != nil {
		return nil, err
	}
	if problems := checkImage(properties); len(problems) > 0 {
		response := &rpc.CheckResponse{}
		for _, problem := range problems {
			response.Failures = append(response.Failures, &rpc.CheckFailure{Reason: problem})
		}
		return response, nil
	}
	inputs, err := marshal(properties)
	return &rpc.CheckResponse{Inputs: inputs}, err
}

// Diff compares what the image is made from; credentials and when to build are not part of that.
func (r *images) Diff(req *rpc.DiffRequest) (*rpc.DiffResponse, error) {
	olds, err := unmarshal(req.OldInputs)
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.News)
	if err != nil {
		return nil, err
	}
	for _, properties := range []resource.PropertyMap{olds, news} {
		delete(properties, "buildOnPreview")
		if registry := properties["registry"]; registry.IsObject() {
			delete(registry.ObjectValue(), "username")
			delete(registry.ObjectValue(), "password")
		}
	}
	difference := olds.Diff(news)
	if difference == nil {
		return &rpc.DiffResponse{Changes: rpc.DiffResponse_DIFF_NONE}, nil
	}
	detailed := map[string]*rpc.PropertyDiff{}
	for path, change := range plugin.NewDetailedDiffFromObjectDiff(difference, true) {
		detailed[path] = &rpc.PropertyDiff{Kind: rpc.PropertyDiff_Kind(change.Kind), InputDiff: true}
	}
	return &rpc.DiffResponse{Changes: rpc.DiffResponse_DIFF_SOME, HasDetailedDiff: true, DetailedDiff: detailed}, nil
}

func (r *images) Create(ctx context.Context, req *rpc.CreateRequest) (*rpc.CreateResponse, error) {
	id, outputs, err := r.make(ctx, resource.URN(req.Urn), req.Properties, req.Preview)
	return &rpc.CreateResponse{Id: id, Properties: outputs}, err
}

func (r *images) Update(ctx context.Context, req *rpc.UpdateRequest) (*rpc.UpdateResponse, error) {
	_, outputs, err := r.make(ctx, resource.URN(req.Urn), req.News, req.Preview)
	return &rpc.UpdateResponse{Properties: outputs}, err
}

// make builds and pushes the image, or on preview only says what it will be.
func (r *images) make(
	ctx context.Context, urn resource.URN, inputs *structpb.Struct, preview bool,
) (id string, outputs *structpb.Struct, err error) {
	properties, err := unmarshal(inputs)
	if err != nil {
		return "", nil, err
	}
	image, problems := parseImage(properties)
	if len(problems) > 0 {
		return "", nil, errors.New(strings.Join(problems, "; "))
	}
	later := resource.MakeComputed(resource.NewStringProperty(""))
	state := resource.PropertyMap{
		"imageName":      properties["imageName"],
		"baseImageName":  properties["imageName"],
		"registryServer": resource.NewStringProperty(image.registry.server),
		"context":        later,
		"dockerfile":     later,
		"platform":       later,
		"repoDigest":     later,
	}
	if build := properties["build"]; build.IsObject() {
		state["context"] = build.ObjectValue()["context"]
		state["platform"] = build.ObjectValue()["platform"]
	}
	if !preview || (image.buildOnPreview && !properties.ContainsUnknowns()) {
		files, err := openContext(image.context, image.dockerfile)
		if err != nil {
			return "", nil, err
		}
		state["dockerfile"] = resource.NewStringProperty(files.dockerfile)
		built, err := r.build(ctx, urn, image, files, preview)
		if err != nil {
			return "", nil, fmt.Errorf("%s: %w", image.name, err)
		}
		state["repoDigest"] = resource.NewStringProperty(built)
	}
	outputs, err = marshal(state)
	return image.name, outputs, err
}

// build returns what names exactly this image: the image's id, or when it was pushed name@digest.
func (r *images) build(
	ctx context.Context, urn resource.URN, image imageArgs, files *imageContext, preview bool,
) (string, error) {
	status := func(line string) { _ = r.host.LogStatus(ctx, diag.Info, urn, line) }
	// The very connection that the containers of this provider use.
	configuration, ok := r.terraform.Meta().(*upstream.ProviderConfig)
	if !ok {
		return "", errors.New("the provider isn't configured")
	}
	engine, err := configuration.MakeClient(ctx, nil)
	if err != nil {
		return "", err
	}
	id, err := buildImage(ctx, engine, image, files, status)
	if err != nil || image.skipPush || preview {
		return id, err
	}
	return pushImage(ctx, engine, image, status)
}

func unmarshal(properties *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, SkipNulls: true})
}

func marshal(properties resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, SkipNulls: true})
}
