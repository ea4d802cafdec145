package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/docker/cli/cli/connhelper"
	"github.com/docker/docker/client"
)

// overSSH is what a client says instead of the engine's address where Docker's own helper dials.
const overSSH = "http://docker.example.com"

// engineConfig says which engine builds the images, and how to reach it.
type engineConfig struct {
	host     string
	sshOpts  string // a list, in JSON
	certPath string
	// Contents of PEM files.
	caMaterial, certMaterial, keyMaterial string
}

// readEngineConfig reads the provider's arguments, and the environment for what they leave out.
func readEngineConfig(variables map[string]string) engineConfig {
	read := func(name, variable string) string {
		if value, ok := variables["docker:config:"+name]; ok {
			return value
		}
		return os.Getenv(variable)
	}
	return engineConfig{
		host:         cmp.Or(variables["docker:config:host"], os.Getenv("DOCKER_HOST")),
		sshOpts:      variables["docker:config:sshOpts"],
		certPath:     read("certPath", "DOCKER_CERT_PATH"),
		caMaterial:   read("caMaterial", "DOCKER_CA_MATERIAL"),
		certMaterial: read("certMaterial", "DOCKER_CERT_MATERIAL"),
		keyMaterial:  read("keyMaterial", "DOCKER_KEY_MATERIAL"),
	}
}

// connect tries the usual places on this machine where no engine was named: a desktop one runs as its user and listens below
// the home directory. One over ssh isn't asked whether it answers: each question is a connection.
func (c engineConfig) connect() (*client.Client, error) {
	hosts := []string{c.host}
	if c.host == "" {
		hosts = usualHosts()
	}
	for _, host := range hosts {
		engine, err := c.client(host)
		if err != nil {
			return nil, err
		}
		if engine.DaemonHost() == overSSH {
			return engine, nil
		}
		if _, err := engine.Ping(context.Background()); err == nil {
			return engine, nil
		}
	}
	return nil, errors.New("failed to connect to any docker daemon")
}

func usualHosts() []string {
	hosts := []string{client.DefaultDockerHost}
	home, err := os.UserHomeDir()
	if err == nil && runtime.GOOS != "windows" {
		for _, socket := range []string{".docker/run/docker.sock", ".docker/desktop/docker.sock"} {
			hosts = append(hosts, "unix://"+filepath.Join(home, socket))
		}
	}
	return hosts
}

func (c engineConfig) client(host string) (*client.Client, error) {
	options := []client.Opt{client.FromEnv, client.WithHost(host)}
	switch {
	case c.caMaterial != "" || c.certMaterial != "" || c.keyMaterial != "":
		secured, err := c.httpClient()
		if err != nil {
			return nil, err
		}
		// The order makes DOCKER_HOST win over the provider's host here, and only here, in the official plugin too.
		options = []client.Opt{client.WithHTTPClient(secured), client.WithHost(host), client.FromEnv}
	case c.certPath != "":
		file := func(name string) string { return filepath.Join(c.certPath, name) }
		secured := client.WithTLSClientConfig(file("ca.pem"), file("cert.pem"), file("key.pem"))
		options = []client.Opt{client.FromEnv, secured, client.WithHost(host)}
	case strings.HasPrefix(host, "ssh://"):
		var flags []string
		if c.sshOpts != "" {
			if err := json.Unmarshal([]byte(c.sshOpts), &flags); err != nil {
				return nil, err
			}
		}
		helper, err := connhelper.GetConnectionHelperWithSSHOpts(host, flags)
		if err != nil {
			return nil, err
		}
		options = []client.Opt{client.FromEnv, client.WithHost(helper.Host), client.WithDialContext(helper.Dialer)}
	}
	return client.NewClientWithOpts(append(options, client.WithAPIVersionNegotiation())...)
}

func (c engineConfig) httpClient() (*http.Client, error) {
	if c.caMaterial == "" || c.certMaterial == "" || c.keyMaterial == "" {
		return nil, errors.New("certMaterial, keyMaterial, and caMaterial must all be specified")
	}
	if c.certPath != "" {
		return nil, errors.New("when using raw certificates, certPath must not be specified")
	}
	certificate, err := tls.X509KeyPair([]byte(c.certMaterial), []byte(c.keyMaterial))
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM([]byte(c.caMaterial)) {
		return nil, errors.New("could not add RootCA pem")
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: authorities}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}}, nil
}
