package main

import (
	"context"

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

	stopping context.Context
	stop     context.CancelFunc
}

func newServer(bridge rpc.ResourceProviderServer, images *images) *server {
	stopping, stop := context.WithCancel(context.Background())
	return &server{ResourceProviderServer: bridge, images: images, stopping: stopping, stop: stop}
}

func isImage(urn string) bool {
	return resource.URN(urn).Type() == "docker:index/image:Image"
}

func (s *server) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	if isImage(req.Urn) {
		return s.images.Check(req)
	}
	return s.ResourceProviderServer.Check(ctx, req)
}

func (s *server) Diff(ctx context.Context, req *rpc.DiffRequest) (*rpc.DiffResponse, error) {
	if isImage(req.Urn) {
		return s.images.Diff(req)
	}
	return s.ResourceProviderServer.Diff(ctx, req)
}

func (s *server) Create(ctx context.Context, req *rpc.CreateRequest) (*rpc.CreateResponse, error) {
	if isImage(req.Urn) {
		ctx, done := s.untilStopped(ctx)
		defer done()
		return s.images.Create(ctx, req)
	}
	return s.ResourceProviderServer.Create(ctx, req)
}

func (s *server) Update(ctx context.Context, req *rpc.UpdateRequest) (*rpc.UpdateResponse, error) {
	if isImage(req.Urn) {
		ctx, done := s.untilStopped(ctx)
		defer done()
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

// Cancel ends running builds too (Ctrl-C).
func (s *server) Cancel(ctx context.Context, req *emptypb.Empty) (*emptypb.Empty, error) {
	s.stop()
	return s.ResourceProviderServer.Cancel(ctx, req)
}

func (s *server) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	forget := context.AfterFunc(s.stopping, cancel)
	return ctx, func() { forget(); cancel() }
}
