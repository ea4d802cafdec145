package main

import (
	"context"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// server answers for docker.Image itself, which has no Terraform resource, and leaves all else to
// the bridge.
type server struct {
	rpc.ResourceProviderServer // the bridge
	images                     *images
}

func isImage(urn string) bool {
	return resource.URN(urn).Type() == "docker:index/image:Image"
}

// Configure finds the engine, and fails where none answers. The bridge finds the same one: by DOCKER_HOST.
func (s *server) Configure(ctx context.Context, req *rpc.ConfigureRequest) (*rpc.ConfigureResponse, error) {
	s.images.engine = readEngineConfig(req.GetVariables()) // the flat texts: all that the official plugin reads, too
	engine, err := s.images.engine.connect()
	if err != nil {
		return nil, fmt.Errorf("docker native provider returned an unexpected error from Configure: %w", err)
	}
	if host := engine.DaemonHost(); host != overSSH {
		os.Setenv("DOCKER_HOST", host)
	}
	return s.ResourceProviderServer.Configure(ctx, req)
}

func (s *server) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	if isImage(req.Urn) {
		return s.images.Check(ctx, req)
	}
	return s.ResourceProviderServer.Check(ctx, req)
}

func (s *server) Diff(ctx context.Context, req *rpc.DiffRequest) (*rpc.DiffResponse, error) {
	if isImage(req.Urn) {
		return s.images.Diff(ctx, req)
	}
	return s.ResourceProviderServer.Diff(ctx, req)
}

func (s *server) Create(ctx context.Context, req *rpc.CreateRequest) (*rpc.CreateResponse, error) {
	if isImage(req.Urn) {
		return s.images.Create(ctx, req)
	}
	return s.ResourceProviderServer.Create(ctx, req)
}

func (s *server) Update(ctx context.Context, req *rpc.UpdateRequest) (*rpc.UpdateResponse, error) {
	if isImage(req.Urn) {
		return s.images.Update(ctx, req)
	}
	return s.ResourceProviderServer.Update(ctx, req)
}

// Read takes the image as it was: it is built again when its inputs change, whatever became of it.
func (s *server) Read(ctx context.Context, req *rpc.ReadRequest) (*rpc.ReadResponse, error) {
	if isImage(req.Urn) {
		return &rpc.ReadResponse{Id: req.Id, Inputs: req.Inputs, Properties: req.Properties}, nil
	}
	return s.ResourceProviderServer.Read(ctx, req)
}

// Delete leaves the image on the engine: containers of other stacks may run it.
func (s *server) Delete(ctx context.Context, req *rpc.DeleteRequest) (*emptypb.Empty, error) {
	if isImage(req.Urn) {
		return &emptypb.Empty{}, nil
	}
	return s.ResourceProviderServer.Delete(ctx, req)
}

// GetSchema isn't served: it is for making SDKs, and the SDK is Pulumi's own.
func (s *server) GetSchema(context.Context, *rpc.GetSchemaRequest) (*rpc.GetSchemaResponse, error) {
	return nil, status.Error(codes.Unimplemented, "this stand-in for the docker plugin has no schema: see @pulumi/docker's")
}
