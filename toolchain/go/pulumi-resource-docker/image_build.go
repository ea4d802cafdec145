package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"

	"github.com/containerd/platforms"
	"github.com/docker/docker/api/types"
	"github.com/docker/docker/api/types/build"
	imagetypes "github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/auth/authprovider"
)

// buildImage builds the image on the engine and returns its id.
func buildImage(
	ctx context.Context, engine *client.Client, image imageArgs, files *imageContext, status func(string),
) (string, error) {
	server, err := engine.ServerVersion(ctx)
	if err != nil {
		return "", err
	}
	id, err := buildOn(ctx, engine, server, image, files, status)
	if ctx.Err() != nil {
		return "", errors.New("the build was cancelled")
	}
	if own := server.Os + "/" + server.Arch; err != nil && image.platform != own {
		err = fmt.Errorf("%w\n(built for build.platform %q on an engine of %q, which takes base images for that platform, and "+
			"an emulator on the host to run it: see https://github.com/tonistiigi/binfmt)", err, image.platform, own)
	}
	return id, err
}

func buildOn(
	ctx context.Context, engine *client.Client, server types.Version, image imageArgs, files *imageContext,
	status func(string),
) (string, error) {
	builder, err := chooseBuilder(server, image.builder)
	if err != nil {
		return "", err
	}
	logins, err := readLogins(image)
	if err != nil {
		return "", err
	}
	options := build.ImageBuildOptions{
		Version:     builder,
		Tags:        []string{image.name},
		BuildArgs:   image.args,
		Target:      image.target,
		Platform:    image.platform,
		NetworkMode: image.network,
		ExtraHosts:  image.addHosts,
	}
	if builder == build.BuilderBuildKit {
		conversation, err := openSession(ctx, engine, files, logins)
		if err != nil {
			return "", err
		}
		defer conversation.Close()
		options.SessionID = conversation.ID()
		options.RemoteContext = "client-session"
		options.Dockerfile = filepath.Base(files.dockerfile)
		return runBuild(ctx, engine, nil, options, status)
	}
	packed, dockerfile, err := files.pack()
	if err != nil {
		return "", err
	}
	defer packed.Close()
	options.Dockerfile = dockerfile
	options.AuthConfigs = logins.all()
	options.Remove, options.ForceRemove = true, true // the containers of its steps
	return runBuild(ctx, engine, packed, options, status)
}

func runBuild(
	ctx context.Context, engine *client.Client, files io.Reader, options build.ImageBuildOptions, status func(string),
) (string, error) {
	response, err := engine.ImageBuild(ctx, files, options)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	log := newBuildLog(status)
	if err := log.read(response.Body); err != nil {
		return "", err
	}
	reference := log.imageID
	if reference == "" {
		reference = options.Tags[0] // not every engine tells the id
	}
	built, err := engine.ImageInspect(ctx, reference)
	if err != nil {
		return "", err
	}
	return built.ID, checkPlatform(options.Platform, built)
}

// checkPlatform finds out a builder that took another platform's base image without a word.
func checkPlatform(wanted string, built imagetypes.InspectResponse) error {
	platform, err := platforms.Parse(wanted)
	if err != nil {
		return err
	}
	if platform.OS != built.Os || platform.Architecture != built.Architecture {
		return fmt.Errorf("the engine's builder made an image for %s/%s", built.Os, built.Architecture)
	}
	return nil
}

// chooseBuilder takes BuildKit where the engine has it, unless the classic builder is asked for.
func chooseBuilder(server types.Version, wanted string) (build.BuilderVersion, error) {
	if wanted == "BuilderV1" {
		return build.BuilderV1, nil
	}
	// Since API 1.39 (engine 18.09), on Linux; Podman has the API but builds by itself.
	has := server.Os == "linux" && versions.GreaterThanOrEqualTo(server.APIVersion, "1.39")
	for _, component := range server.Components {
		has = has && component.Name != "Podman Engine"
	}
	switch {
	case has:
		return build.BuilderBuildKit, nil
	case wanted == "":
		return build.BuilderV1, nil
	}
	return "", fmt.Errorf("build.builderVersion %q: the engine %s (%s) has no BuildKit: "+
		"give BuilderV1, or leave it out", wanted, server.Version, server.Os)
}

// openSession lets BuildKit ask for files and log-ins while it builds.
func openSession(
	ctx context.Context, engine *client.Client, files *imageContext, logins *logins,
) (*session.Session, error) {
	// BuildKit keeps what it was sent under this key and next time asks only for files with other
	// times or sizes. That can miss a change; under a key that goes by the content it can't.
	digest, err := files.digest()
	if err != nil {
		return nil, err
	}
	served, err := files.serve()
	if err != nil {
		return nil, err
	}
	conversation, err := session.NewSession(ctx, digest)
	if err != nil {
		return nil, err
	}
	conversation.Allow(served)
	conversation.Allow(authprovider.NewDockerAuthProvider(authprovider.DockerAuthProviderConfig{ConfigFile: logins.file}))
	dial := func(ctx context.Context, protocol string, meta map[string][]string) (net.Conn, error) {
		return engine.DialHijack(ctx, "/session", protocol, meta)
	}
	// It ends with Close, or with the connection; a build that misses it says so itself.
	go func() { _ = conversation.Run(ctx, dial) }()
	return conversation, nil
}
