package main

import (
	"fmt"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/docker/cli/cli/config/credentials"
	"github.com/docker/cli/cli/config/types"
	"github.com/docker/docker/api/types/registry"
)

// Docker Hub goes by this name wherever log-ins are kept.
const dockerHub = "https://index.docker.io/v1/"

// logins are those of Docker's own configuration, and that of the image's `registry`.
type logins struct {
	file *configfile.ConfigFile
	all  map[string]registry.AuthConfig
	push registry.AuthConfig
}

func readLogins(image imageArgs, warn func(string)) (logins, error) {
	file, err := config.Load(config.Dir())
	if err != nil {
		return logins{}, err
	}
	file.CredentialsStore = credentials.DetectDefaultStore(file.CredentialsStore)
	kept, err := file.GetAllCredentials()
	if err != nil {
		return logins{}, err
	}
	found := logins{file: file, all: map[string]registry.AuthConfig{}}
	for server, login := range kept {
		found.all[server] = registry.AuthConfig(login)
	}
	if image.skipPush {
		return found, nil
	}
	// A private base image may come from where the image goes to.
	found.push, err = image.login(file, warn)
	found.all[found.push.ServerAddress] = found.push
	file.AuthConfigs[found.push.ServerAddress] = types.AuthConfig(found.push)
	return found, err
}

// login is the program's own, or else the one that Docker's configuration has for the image's registry.
func (image imageArgs) login(file *configfile.ConfigFile, warn func(string)) (registry.AuthConfig, error) {
	host, err := image.registryHost()
	if err != nil {
		return registry.AuthConfig{}, err
	}
	given := image.registry
	switch {
	case given.username != "" && given.password != "":
		return registry.AuthConfig{Username: given.username, Password: given.password, ServerAddress: host}, nil
	case given.username != "":
		warn("password was not set, although username was; using host credentials file")
	case given.password != "":
		warn("username was not set, although password was; using host credentials file")
	}
	kept, err := file.GetAuthConfig(host)
	return registry.AuthConfig(kept), err
}

// registryHost is where the image is pushed to, under the name that its log-in is kept.
func (image imageArgs) registryHost() (string, error) {
	host := credentials.ConvertToHostname(image.registry.server)
	if host == "" {
		named, err := reference.ParseNamed(image.name)
		if err != nil {
			return "", fmt.Errorf("%q: %w.\nThis resource requires all image names to be fully qualified.\n"+
				"For example, if you are attempting to push to Dockerhub, prefix your image name with `docker.io`:\n\n"+
				"`docker.io/repository/image:tag`", image.name, err)
		}
		host = reference.Domain(named)
	}
	switch host {
	case "docker.io", "index.docker.io", "registry-1.docker.io":
		return dockerHub, nil
	}
	return host, nil
}
