package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	provider "github.com/pulumi/pulumi-go-provider"
	"golang.org/x/crypto/ssh"
)

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

func (c *Connection) dial(ctx context.Context) (*ssh.Client, error) {
	if c.Proxy == nil {
		return c.Endpoint.dial(ctx, (&net.Dialer{}).DialContext)
	}
	proxy, err := c.Proxy.Endpoint.dial(ctx, (&net.Dialer{}).DialContext)
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	client, err := c.Endpoint.dial(ctx, proxy.DialContext)
	if err != nil {
		proxy.Close()
		return nil, err
	}
	go func() { // the way there is needed as long as the client lives
		_ = client.Wait()
		proxy.Close()
	}()
	return client, nil
}

// dial tries again until more attempts have failed than dialErrorLimit allows: a machine that was
// just created needs a while until its sshd answers.
func (e Endpoint) dial(ctx context.Context, dial dialer) (*ssh.Client, error) {
	config, err := e.clientConfig()
	if err != nil {
		return nil, err
	}
	limit := int(or(e.DialErrorLimit, 10))
	for failed, pause := 0, 200*time.Millisecond; ; pause = min(pause*3/2, 5*time.Second) {
		client, err := e.attempt(ctx, dial, config)
		if err == nil {
			return client, nil
		}
		failed++
		if errors.Is(err, errWrongHostKey) || ctx.Err() != nil || limit >= 0 && failed > limit {
			return nil, fmt.Errorf("ssh %s@%s, attempt %d: %w", config.User, e.address(), failed, err)
		}
		provider.GetLogger(ctx).InfoStatusf("ssh %s: attempt %d failed, trying again: %v", e.address(), failed, err)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// attempt limits the time for the handshake too, not only for the connection.
func (e Endpoint) attempt(ctx context.Context, dial dialer, config *ssh.ClientConfig) (*ssh.Client, error) {
	if e.timeout() > 0 {
		limited, cancel := context.WithTimeout(ctx, e.timeout())
		defer cancel()
		ctx = limited
	}
	conn, err := dial(ctx, "tcp", e.address())
	if err != nil {
		return nil, err
	}
	// Not a deadline: a connection through a proxy has none.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	sshConn, channels, requests, err := ssh.NewClientConn(conn, e.address(), config)
	if err != nil || !stop() {
		conn.Close()
		return nil, errors.Join(err, ctx.Err())
	}
	return ssh.NewClient(sshConn, channels, requests), nil
}
