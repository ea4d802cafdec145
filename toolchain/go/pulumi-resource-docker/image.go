package main

import (
	"context"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumi "github.com/pulumi/pulumi/sdk/v3/go/pulumi/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// images is the resource docker.Image: an image that is built again whenever its inputs or a file
// of its context change.
type images struct {
	host   messages
	engine engineConfig
}

// messages is where a resource says something: for good, or as the status that the next one replaces.
type messages interface {
	Log(ctx context.Context, severity diag.Severity, urn resource.URN, message string) error
	LogStatus(ctx context.Context, severity diag.Severity, urn resource.URN, message string) error
}

var _ messages = (*pulumi.HostClient)(nil)

// Check completes the inputs: with their defaults, and with the digest of the context, by which a changed file is seen.
func (r *images) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	inputs, err := unmarshal(req.News)
	if err != nil {
		return nil, err
	}
	say := func(message string) { _ = r.host.Log(ctx, diag.Info, resource.URN(req.Urn), message) }
	if err := completeInputs(inputs, say); err != nil {
		return nil, err
	}
	completed, err := marshal(inputs)
	return &rpc.CheckResponse{Inputs: completed}, err
}

// Diff compares all inputs but a log-in, which doesn't change what is built.
func (r *images) Diff(_ context.Context, req *rpc.DiffRequest) (*rpc.DiffResponse, error) {
	state, err := unmarshal(req.Olds)
	if err != nil {
		return nil, err
	}
	news, err := unmarshal(req.News)
	if err != nil {
		return nil, err
	}
	detailed := map[string]*rpc.PropertyDiff{}
	if difference := keptInputs(state).Diff(news); difference != nil {
		for key := range difference.Adds {
			detailed[string(key)] = &rpc.PropertyDiff{Kind: rpc.PropertyDiff_ADD}
		}
		for key := range difference.Deletes {
			detailed[string(key)] = &rpc.PropertyDiff{Kind: rpc.PropertyDiff_DELETE}
		}
		for key, change := range difference.Updates {
			if key == "registry" && change.Object != nil && !change.Object.Updated("server") {
				continue
			}
			detailed[string(key)] = &rpc.PropertyDiff{Kind: rpc.PropertyDiff_UPDATE}
		}
	}
	if len(detailed) == 0 {
		return &rpc.DiffResponse{Changes: rpc.DiffResponse_DIFF_NONE}, nil
	}
	return &rpc.DiffResponse{Changes: rpc.DiffResponse_DIFF_SOME, HasDetailedDiff: true, DetailedDiff: detailed}, nil
}

func (r *images) Create(ctx context.Context, req *rpc.CreateRequest) (*rpc.CreateResponse, error) {
	id, state, err := r.make(ctx, resource.URN(req.Urn), req.Properties, req.Preview)
	if err != nil {
		return nil, err
	}
	return &rpc.CreateResponse{Id: id, Properties: state}, nil
}

func (r *images) Update(ctx context.Context, req *rpc.UpdateRequest) (*rpc.UpdateResponse, error) {
	_, state, err := r.make(ctx, resource.URN(req.Urn), req.News, req.Preview)
	if err != nil {
		return nil, err
	}
	return &rpc.UpdateResponse{Properties: state}, nil
}

// make builds and pushes the image. What isn't built on preview has its inputs only: all else isn't known yet.
func (r *images) make(
	ctx context.Context, urn resource.URN, properties *structpb.Struct, preview bool,
) (id string, state *structpb.Struct, err error) {
	inputs, err := unmarshal(properties)
	if err != nil {
		return "", nil, err
	}
	if preview {
		build, warning := buildsOnPreview(inputs)
		if warning != "" {
			_ = r.host.Log(ctx, diag.Warning, urn, warning)
		}
		if !build {
			return "", properties, nil
		}
	}
	image, err := readImage(inputs)
	if err != nil {
		return "", nil, err
	}
	outputs, err := r.build(ctx, urn, image, preview)
	if err != nil {
		return "", nil, err
	}
	// The next Diff finds them there; secret, as they may hold a log-in.
	outputs["__inputs"] = resource.MakeSecret(resource.NewObjectProperty(inputs))
	state, err = marshal(outputs)
	return image.name, state, err
}

// keptInputs are those of the last build. A stand-in of earlier versions kept none: its images are built once more.
func keptInputs(state resource.PropertyMap) resource.PropertyMap {
	if kept := state["__inputs"]; kept.IsObject() {
		return kept.ObjectValue()
	}
	return nil
}

func (r *images) build(
	ctx context.Context, urn resource.URN, image imageArgs, preview bool,
) (resource.PropertyMap, error) {
	engine, err := r.engine.connect()
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	progress := progress{ctx, r.host, urn}
	logins, err := readLogins(image, progress.warn)
	if err != nil {
		return nil, err
	}
	maker := builder{engine, image, logins, progress}
	dockerfile, id, err := maker.build(ctx)
	if err != nil {
		return nil, err
	}
	digest := ""
	if image.skipPush || preview {
		inspected, err := engine.ImageInspect(ctx, image.name)
		if err != nil {
			return nil, err
		}
		digest = inspected.ID
	} else if digest, err = maker.push(ctx, id); err != nil {
		return nil, err
	}
	return resource.NewPropertyMapFromMap(map[string]any{
		"imageName":      image.name,
		"baseImageName":  image.name,
		"registryServer": image.registry.server,
		"context":        image.context,
		"dockerfile":     dockerfile,
		"platform":       image.platform,
		"repoDigest":     digest,
	}), nil
}

func unmarshal(properties *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, SkipNulls: true})
}

func marshal(properties resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(properties, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, SkipNulls: true})
}
