package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/docker/docker/pkg/jsonmessage"
	control "github.com/moby/buildkit/api/services/control"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"google.golang.org/protobuf/proto"
)

// progress is where the making of one image says how far it is.
type progress struct {
	ctx context.Context
	messages
	urn resource.URN
}

func (p progress) warn(message string)   { _ = p.Log(p.ctx, diag.Warning, p.urn, message) }
func (p progress) status(message string) { _ = p.LogStatus(p.ctx, diag.Info, p.urn, message) }

// follow shows all that an engine says while it builds or pushes as status, each the latest word only; the error is no more
// than the engine's own last one, which doesn't say why a step failed. `onResult` is given what the engine found out, and
// says whether it knows what that is.
func (p progress) follow(from io.Reader, onResult func(json.RawMessage) (shown string, known bool)) error {
	for decoder := json.NewDecoder(from); ; {
		var message jsonmessage.JSONMessage
		if err := decoder.Decode(&message); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("error parsing Docker output: %v", err)
		}
		if err := failure(message.Error); err != nil {
			return err
		}
		if shown := strings.TrimSpace(words(message) + result(message, onResult)); shown != "" {
			p.status(shown)
		}
	}
}

func failure(said *jsonmessage.JSONError) error {
	switch {
	case said == nil:
		return nil
	case said.Code == 401:
		return errors.New("authentication is required")
	case said.Message == "EOF":
		return errors.New("EOF\n: This error is most likely due to incorrect or mismatched registry credentials. " +
			"Please double check you are using the correct credentials and registry name")
	}
	return errors.New(said.Message)
}

func words(message jsonmessage.JSONMessage) string {
	switch {
	case message.Progress != nil:
		return message.From + message.Status + " " + message.Progress.String()
	case message.Stream != "":
		return message.From + message.Stream
	}
	return message.From + message.Status
}

func result(message jsonmessage.JSONMessage, onResult func(json.RawMessage) (string, bool)) string {
	if message.Aux == nil {
		return ""
	}
	if message.ID == "moby.buildkit.trace" {
		return trace(*message.Aux)
	}
	if shown, known := onResult(*message.Aux); known {
		return shown
	}
	return string(*message.Aux)
}

// trace is BuildKit's own progress: protobuf, in base64, in JSON.
func trace(aux json.RawMessage) string {
	var encoded []byte
	var status control.StatusResponse
	if err := json.Unmarshal(aux, &encoded); err != nil {
		return "failed to parse aux message: " + err.Error()
	}
	if err := proto.Unmarshal(encoded, &status); err != nil {
		return "failed to parse info bytes: " + err.Error()
	}
	var lines strings.Builder
	for _, vertex := range status.Vertexes {
		fmt.Fprintf(&lines, "digest: %s\n%s\n", vertex.Digest, vertex.Name)
		if vertex.Error != "" {
			fmt.Fprintf(&lines, "error: %s\n", vertex.Error)
		}
	}
	for _, step := range status.Statuses {
		fmt.Fprintln(&lines, step.ID)
	}
	for _, log := range status.Logs {
		fmt.Fprintf(&lines, "%s\n", log.Msg)
	}
	for _, warning := range status.Warnings {
		fmt.Fprintf(&lines, "%s\n", warning.Short)
	}
	return lines.String()
}
