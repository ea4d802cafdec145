package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/distribution/reference"
	imagetypes "github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
	"github.com/opencontainers/go-digest"
)

// push returns the image's name@digest in the registry.
func (b builder) push(ctx context.Context, id string) (string, error) {
	named, err := reference.ParseNormalizedNamed(b.image.name)
	if err != nil {
		return "", err
	}
	login, err := registry.EncodeAuthConfig(b.logins.push)
	if err != nil {
		return "", err
	}
	b.status("Pushing Image to the registry")
	answer, err := b.engine.ImagePush(ctx, b.image.name, imagetypes.PushOptions{RegistryAuth: login})
	if err != nil {
		return "", err
	}
	defer answer.Close()
	pushed := ""
	err = b.follow(answer, func(aux json.RawMessage) (string, bool) {
		var result struct{ Digest string }
		if json.Unmarshal(aux, &result) != nil || digest.Digest(result.Digest).Validate() != nil {
			return "", false
		}
		pushed = named.Name() + "@" + result.Digest
		return "Pushed image with digest " + result.Digest, true
	})
	if err != nil {
		return "", fmt.Errorf("error reading push output: %v", err)
	}
	if pushed != "" {
		return pushed, nil
	}
	b.warn("Push completed without reporting a digest; falling back to local image inspect")
	return b.localDigest(ctx, id, named)
}

// localDigest is what the engine itself believes that the image is called in the registry.
func (b builder) localDigest(ctx context.Context, id string, named reference.Named) (string, error) {
	inspected, err := b.engine.ImageInspect(ctx, id)
	for _, known := range inspected.RepoDigests {
		if found, err := reference.ParseNormalizedNamed(known); err == nil && found.Name() == named.Name() {
			return found.String(), nil
		}
	}
	return "<none>@<none>", err
}
