// Package output captures what a command writes, and shows it line by line while it runs.
package output

import (
	"bytes"
	"context"
	"io"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
)

// Capture has one writer for each stream, so that lines of the two never mix.
type Capture struct {
	stdout, stderr stream
}

// NewCapture logs to the resource of ctx.
func NewCapture(ctx context.Context, logging *Logging) *Capture {
	log := provider.GetLogger(ctx).Info
	capture := &Capture{}
	if logging.stdout() {
		capture.stdout.log = log
	}
	if logging.stderr() {
		capture.stderr.log = log
	}
	return capture
}

func (c *Capture) Stdout() io.Writer { return &c.stdout }
func (c *Capture) Stderr() io.Writer { return &c.stderr }

// Finish shows a last line that had no newline, and returns everything. Call it after the command
// has ended.
func (c *Capture) Finish() Streams {
	return Streams{Stdout: c.stdout.finish(), Stderr: c.stderr.finish()}
}

type stream struct {
	all    bytes.Buffer
	shown  int // how much of all is logged
	log    func(string)
	ending bool
}

func (s *stream) Write(chunk []byte) (int, error) {
	s.all.Write(chunk)
	if s.log != nil {
		s.showLines()
	}
	return len(chunk), nil
}

func (s *stream) showLines() {
	for {
		rest := s.all.Bytes()[s.shown:]
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			if !s.ending || len(rest) == 0 {
				return
			}
			end = len(rest) - 1
		}
		s.shown += end + 1
		if line := strings.TrimRight(string(rest[:end+1]), "\r\n"); line != "" {
			s.log(line)
		}
	}
}

func (s *stream) finish() string {
	s.ending = true
	if s.log != nil {
		s.showLines()
	}
	return strings.TrimSuffix(s.all.String(), "\n")
}
