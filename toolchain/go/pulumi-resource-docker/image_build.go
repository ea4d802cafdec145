package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/docker/docker/api/types/build"
	imagetypes "github.com/docker/docker/api/types/image"
	"github.com/docker/docker/client"
	"github.com/moby/buildkit/identity"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/auth/authprovider"
)

// builder makes one image on an engine.
type builder struct {
	engine *client.Client
	image  imageArgs
	logins logins
	progress
}

// build returns the Dockerfile's place in the context, and the image's id.
func (b builder) build(ctx context.Context) (dockerfile, id string, err error) {
	files, err := openContext(b.image.context, b.image.dockerfile)
	if err != nil {
		return "", "", err
	}
	packed, packedDockerfile, err := files.pack()
	if err != nil {
		return "", "", err
	}
	defer packed.Close()
	// The containers of the classic builder's steps stay on the engine: the official plugin has no option for that either.
	options := build.ImageBuildOptions{
		Version:     b.image.builder,
		Dockerfile:  packedDockerfile,
		Tags:        []string{b.image.name},
		BuildArgs:   b.image.args,
		Target:      b.image.target,
		Platform:    b.image.platform,
		NetworkMode: b.image.network,
		ExtraHosts:  b.image.addHosts,
		AuthConfigs: b.logins.all,
	}
	if options.Version == build.BuilderBuildKit {
		conversation, err := b.openSession(ctx)
		if err != nil {
			return "", "", err
		}
		defer conversation.Close()
		options.SessionID = conversation.ID()
	}
	id, err = b.run(ctx, packed, options)
	return files.dockerfile, id, err
}

// openSession lets BuildKit ask for log-ins while it builds.
func (b builder) openSession(ctx context.Context) (*session.Session, error) {
	conversation, err := session.NewSession(ctx, identity.NewID())
	if err != nil {
		return nil, err
	}
	conversation.Allow(authprovider.NewDockerAuthProvider(authprovider.DockerAuthProviderConfig{ConfigFile: b.logins.file}))
	dial := func(ctx context.Context, protocol string, meta map[string][]string) (net.Conn, error) {
		return b.engine.DialHijack(ctx, "/session", protocol, meta)
	}
	go func() {
		// An engine without BuildKit, such as Podman, has no sessions, and builds all the same.
		if err := conversation.Run(ctx, dial); err != nil {
			b.warn(fmt.Sprintf("Error running BuildKit session: %v", err))
		}
	}()
	return conversation, nil
}

func (b builder) run(ctx context.Context, files io.Reader, options build.ImageBuildOptions) (string, error) {
	b.status("Starting Docker build")
	response, err := b.engine.ImageBuild(ctx, files, options)
	if err != nil {
		return "", fmt.Errorf("error building image: %v", err)
	}
	defer response.Body.Close()
	id := ""
	err = b.follow(response.Body, func(aux json.RawMessage) (string, bool) {
		var result build.Result
		if json.Unmarshal(aux, &result) != nil {
			return "", false
		}
		id = result.ID
		return "Built image with ID " + id, true
	})
	if err != nil {
		return "", fmt.Errorf("error reading build output: %v", err)
	}
	if id == "" {
		return "", errors.New("no image id found in build output")
	}
	b.status(fmt.Sprintf("Built image with local id %q, polling image store for image", id))
	if err := b.waitFor(ctx, id); err != nil {
		return "", err
	}
	b.status(fmt.Sprintf("Image built successfully, local id %q", id))
	return id, nil
}

// waitFor gives the engine a few seconds until it lists the image among its own.
func (b builder) waitFor(ctx context.Context, id string) error {
	for range 5 {
		images, err := b.engine.ImageList(ctx, imagetypes.ListOptions{})
		if err != nil {
			return fmt.Errorf("error inspecting image: %v", err)
		}
		if slices.ContainsFunc(images, func(image imagetypes.Summary) bool { return image.ID == id }) {
			return nil
		}
		time.Sleep(time.Second)
	}
	return errors.New("unable to find built image in local image store")
}
