package remote

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Connection is a server, and perhaps another one on the way to it.
type Connection struct {
	Endpoint
	Proxy *ProxyConnection `pulumi:"proxy,optional"`
}

type ProxyConnection struct {
	Endpoint
}

// Endpoint is one ssh server and how to log in there.
type Endpoint struct {
	Host               string   `pulumi:"host"`
	Port               *float64 `pulumi:"port,optional"`
	User               *string  `pulumi:"user,optional"`
	Password           *string  `pulumi:"password,optional" provider:"secret"`
	PrivateKey         *string  `pulumi:"privateKey,optional" provider:"secret"`
	PrivateKeyPassword *string  `pulumi:"privateKeyPassword,optional" provider:"secret"`
	AgentSocketPath    *string  `pulumi:"agentSocketPath,optional"`
	HostKey            *string  `pulumi:"hostKey,optional"`
	DialErrorLimit     *float64 `pulumi:"dialErrorLimit,optional"`
	PerDialTimeout     *float64 `pulumi:"perDialTimeout,optional"`
}

func (e Endpoint) address() string {
	return net.JoinHostPort(e.Host, strconv.Itoa(int(or(e.Port, 22))))
}

// timeout is for one attempt; 0 is none.
func (e Endpoint) timeout() time.Duration {
	return time.Duration(or(e.PerDialTimeout, 15) * float64(time.Second))
}

var errWrongHostKey = errors.New("the server's key is not the expected hostKey")

func (e Endpoint) clientConfig() (*ssh.ClientConfig, error) {
	config := &ssh.ClientConfig{User: or(e.User, "root"), HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	if e.HostKey != nil {
		expected, _, _, _, err := ssh.ParseAuthorizedKey([]byte(*e.HostKey))
		if err != nil {
			return nil, fmt.Errorf("hostKey: %w", err)
		}
		config.HostKeyAlgorithms = []string{expected.Type()}
		config.HostKeyCallback = func(host string, address net.Addr, key ssh.PublicKey) error {
			if ssh.FixedHostKey(expected)(host, address, key) != nil {
				return errWrongHostKey
			}
			return nil
		}
	}
	signers, err := e.signers()
	if err != nil {
		return nil, err
	}
	// One method for all keys: of several with the same name, Go tries only the first.
	if len(signers) > 0 {
		config.Auth = append(config.Auth, ssh.PublicKeys(signers...))
	}
	if e.Password != nil {
		config.Auth = append(config.Auth, ssh.Password(*e.Password), ssh.KeyboardInteractive(e.answerAll))
	}
	return config, nil
}

// answerAll is for servers that ask for the password as a question.
func (e Endpoint) answerAll(_, _ string, questions []string, _ []bool) ([]string, error) {
	answers := make([]string, len(questions))
	for i := range answers {
		answers[i] = *e.Password
	}
	return answers, nil
}

// signers are the private key's first, then the agent's.
func (e Endpoint) signers() ([]ssh.Signer, error) {
	var signers []ssh.Signer
	if e.PrivateKey != nil {
		signer, err := e.parsePrivateKey()
		if err != nil {
			return nil, fmt.Errorf("privateKey: %w", err)
		}
		signers = append(signers, signer)
	}
	socket := or(e.AgentSocketPath, os.Getenv("SSH_AUTH_SOCK"))
	if socket == "" {
		return signers, nil
	}
	keys, err := agentSigners(socket)
	if err != nil && e.AgentSocketPath != nil {
		return nil, fmt.Errorf("agentSocketPath: %w", err)
	}
	return append(signers, keys...), nil
}

func (e Endpoint) parsePrivateKey() (ssh.Signer, error) {
	if e.PrivateKeyPassword != nil {
		return ssh.ParsePrivateKeyWithPassphrase([]byte(*e.PrivateKey), []byte(*e.PrivateKeyPassword))
	}
	return ssh.ParsePrivateKey([]byte(*e.PrivateKey))
}

// agentSigners sign over the connection made here, which therefore stays open as long as the plugin.
func agentSigners(socket string) ([]ssh.Signer, error) {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, err
	}
	return agent.NewClient(conn).Signers()
}

func or[T any](value *T, otherwise T) T {
	if value == nil {
		return otherwise
	}
	return *value
}
