package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/docker/docker/pkg/jsonmessage"
	control "github.com/moby/buildkit/api/services/control"
	"google.golang.org/protobuf/proto"
)

// How many of a failed step's last lines the error shows.
const shownLines = 20

// buildLog reads what the engine says during a build, passes it on line by line, and remembers
// what the error of a failed build needs: the step and its last lines.
type buildLog struct {
	status  func(string)
	steps   map[string]*step // BuildKit's run side by side; the classic builder's one by one: key ""
	failed  *step
	imageID string
}

type step struct {
	name  string
	lines []string
}

func newBuildLog(status func(string)) *buildLog {
	return &buildLog{status: status, steps: map[string]*step{}}
}

func (l *buildLog) read(from io.Reader) error {
	for decoder := json.NewDecoder(from); ; {
		var message jsonmessage.JSONMessage
		if err := decoder.Decode(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("the engine's answer broke off: %w", err)
		}
		if message.Error != nil {
			return l.failure(message.Error.Message)
		}
		l.take(message)
	}
}

func (l *buildLog) take(message jsonmessage.JSONMessage) {
	switch {
	case message.ID == "moby.buildkit.trace" && message.Aux != nil:
		l.takeTrace(*message.Aux)
	case message.Aux != nil:
		var result struct{ ID string }
		if json.Unmarshal(*message.Aux, &result) == nil && result.ID != "" {
			l.imageID = result.ID
		}
	case message.Stream != "":
		for _, line := range lines(message.Stream) {
			switch {
			case strings.HasPrefix(line, "Step "), strings.HasPrefix(line, "STEP "): // Docker's, Podman's
				l.start("", line)
			case strings.HasPrefix(line, " ---> "), strings.HasPrefix(line, "Removing intermediate container "):
				l.status(line) // the builder's own words, not the step's
			default:
				l.say("", line)
			}
		}
	case message.Status != "":
		l.status(strings.TrimSpace(message.ID + " " + message.Status))
	}
}

// takeTrace reads BuildKit's own progress: protobuf, in base64, in JSON.
func (l *buildLog) takeTrace(aux json.RawMessage) {
	var encoded []byte
	var trace control.StatusResponse
	if json.Unmarshal(aux, &encoded) != nil || proto.Unmarshal(encoded, &trace) != nil {
		return // progress is not worth failing for
	}
	for _, vertex := range trace.Vertexes {
		if vertex.Started != nil && l.steps[vertex.Digest] == nil {
			l.start(vertex.Digest, vertex.Name)
		}
		if vertex.Error != "" {
			l.failed = l.steps[vertex.Digest]
		}
	}
	for _, log := range trace.Logs {
		for _, line := range lines(string(log.Msg)) {
			l.say(log.Vertex, line)
		}
	}
}

func (l *buildLog) start(key, name string) {
	l.steps[key] = &step{name: name}
	l.status(name)
}

func (l *buildLog) say(key, line string) {
	if of := l.steps[key]; of != nil {
		of.lines = append(of.lines, line)
		of.lines = of.lines[max(0, len(of.lines)-shownLines):]
	}
	l.status(line)
}

func (l *buildLog) failure(reason string) error {
	failed := l.failed
	if failed == nil {
		failed = l.steps[""]
	}
	if failed == nil {
		return errors.New(reason)
	}
	last := ""
	for _, line := range failed.lines {
		last += "\n    " + line
	}
	return fmt.Errorf("%s\n  in %s%s", reason, failed.name, last)
}

func lines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
