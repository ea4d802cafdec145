// Package output captures what a command writes, and shows it line by line while it runs.
package output

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
)

// Capture keeps what a command writes to each of its streams, and what it wrote to both in its order.
type Capture struct {
	stdout, stderr bytes.Buffer
	both           sharedBuffer
	logging        *Logging
	shown          *io.PipeWriter
	allShown       chan struct{}
}

// NewCapture shows lines as the status of the resource of ctx: `up` shows the latest one while the command runs.
func NewCapture(ctx context.Context, logging *Logging) *Capture {
	lines, shown := io.Pipe()
	capture := &Capture{logging: logging, shown: shown, allShown: make(chan struct{})}
	go func() {
		defer close(capture.allShown)
		show(provider.GetLogger(ctx).InfoStatus, lines)
	}()
	return capture
}

// show stops at a line of 64 KiB or more (bufio.MaxScanTokenSize), and then nobody reads any longer: the command waits for
// ever with its next write, and `pulumi up` with it. That is what the official plugin does to a progress bar that has no
// newlines, so it must happen here too, where the tests can see it.
func show(status func(string), lines io.Reader) {
	for scanner := bufio.NewScanner(lines); scanner.Scan(); {
		status(scanner.Text())
	}
}

func (c *Capture) Stdout() io.Writer { return c.writer(&c.stdout, c.logging.stdout()) }
func (c *Capture) Stderr() io.Writer { return c.writer(&c.stderr, c.logging.stderr()) }

func (c *Capture) writer(own io.Writer, shown bool) io.Writer {
	if !shown {
		return io.MultiWriter(own, &c.both)
	}
	return io.MultiWriter(own, &c.both, c.shown)
}

// Finish returns everything, or the error of a command that failed, with everything in it. Call it after the command has
// ended.
func (c *Capture) Finish(command string, failure error) (Streams, error) {
	c.shown.Close()
	<-c.allShown
	if failure != nil {
		return Streams{}, fmt.Errorf("%w: running %q:\n%s", failure, command, c.both.buffer.String())
	}
	return Streams{Stdout: withoutNewline(&c.stdout), Stderr: withoutNewline(&c.stderr)}, nil
}

func withoutNewline(written *bytes.Buffer) string { return strings.TrimSuffix(written.String(), "\n") }

// sharedBuffer takes what the two streams write at the same time.
type sharedBuffer struct {
	lock   sync.Mutex
	buffer bytes.Buffer
}

func (b *sharedBuffer) Write(chunk []byte) (int, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	return b.buffer.Write(chunk)
}
