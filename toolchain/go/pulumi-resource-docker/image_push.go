package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/credentials"
	logintypes "github.com/docker/cli/cli/config/types"
	imagetypes "github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
	"github.com/docker/docker/client"
	"github.com/docker/docker/pkg/jsonmessage"
)

// Docker Hub goes by this name wherever log-ins are kept.
const dockerHub = "https://index.docker.io/v1/"

// logins are those of Docker's own configuration, with that of the image's `registry` in front.
type logins struct {
	file   *configfile.ConfigFile
	server string
}

func readLogins(image imageArgs) (*logins, error) {
	named, err := reference.ParseNormalizedNamed(image.name)
	if err != nil {
		return nil, err
	}
	file := config.LoadDefaultConfigFile(io.Discard)
	server := credentials.ConvertToHostname(image.registry.server)
	if server == "" {
		server = reference.Domain(named)
	}
	if server == "docker.io" || server == "index.docker.io" || server == "registry-1.docker.io" {
		server = dockerHub
	}
	if image.registry.username != "" {
		if file.CredentialHelpers == nil {
			file.CredentialHelpers = map[string]string{}
		}
		file.CredentialHelpers[server] = "" // this log-in is the program's: no helper is asked for it
		file.AuthConfigs[server] = logintypes.AuthConfig{
			Username: image.registry.username, Password: image.registry.password, ServerAddress: server,
		}
	}
	return &logins{file, server}, nil
}

func (l *logins) all() map[string]registry.AuthConfig {
	found := map[string]registry.AuthConfig{}
	// A broken credential helper is the business of the pull that needs it.
	known, _ := l.file.GetAllCredentials()
	for server, login := range known {
		found[server] = registry.AuthConfig(login)
	}
	return found
}

// pushImage returns the image's name@digest in the registry.
func pushImage(ctx context.Context, engine *client.Client, image imageArgs, status func(string)) (string, error) {
	logins, err := readLogins(image)
	if err != nil {
		return "", err
	}
	login, err := logins.file.GetAuthConfig(logins.server)
	if err != nil {
		return "", err
	}
	encoded, err := registry.EncodeAuthConfig(registry.AuthConfig(login))
	if err != nil {
		return "", err
	}
	answer, err := engine.ImagePush(ctx, image.name, imagetypes.PushOptions{RegistryAuth: encoded})
	if err != nil {
		return "", err
	}
	defer answer.Close()
	digest := ""
	for decoder := json.NewDecoder(answer); ; {
		var message jsonmessage.JSONMessage
		if err := decoder.Decode(&message); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return "", fmt.Errorf("pushing: the engine's answer broke off: %w", err)
		}
		if message.Error != nil {
			return "", fmt.Errorf("pushing: %s", message.Error.Message)
		}
		if message.Aux != nil {
			var pushed struct{ Digest string }
			if json.Unmarshal(*message.Aux, &pushed) == nil && pushed.Digest != "" {
				digest = pushed.Digest
			}
		} else {
			status(strings.TrimSpace(message.ID + " " + message.Status))
		}
	}
	named, err := reference.ParseNormalizedNamed(image.name)
	if err != nil {
		return "", err
	}
	if digest != "" {
		return fmt.Sprintf("%s@%s", named.Name(), digest), nil
	}
	// An engine with containerd's image store doesn't say it while it pushes.
	pushed, err := engine.ImageInspect(ctx, image.name)
	for _, known := range pushed.RepoDigests {
		if found, err := reference.ParseNormalizedNamed(known); err == nil && found.Name() == named.Name() {
			return found.String(), nil
		}
	}
	return "", errors.Join(errors.New("pushing: the engine didn't tell the digest of what it pushed"), err)
}
