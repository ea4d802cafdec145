package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	control "github.com/moby/buildkit/api/services/control"
	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"google.golang.org/protobuf/proto"
)

// What the official plugin 5.2.0 makes of an engine's words: all of it is status, and the error is the last word alone.
func TestFollowShowsAllAsStatus(t *testing.T) {
	step := "sha256:" + strings.Repeat("1", 64)
	traced := asTrace(t, &control.StatusResponse{
		Vertexes: []*control.Vertex{
			{Digest: step, Name: "[2/2] RUN false"},
			{Digest: step, Name: "[2/2] RUN false", Error: "exit code: 1"},
		},
		Statuses: []*control.VertexStatus{{ID: "extracting", Vertex: step}},
		Logs:     []*control.VertexLog{{Vertex: step, Msg: []byte("no such package\n")}},
		Warnings: []*control.VertexWarning{{Vertex: step, Short: []byte("old syntax")}},
	})
	for what, test := range map[string]struct {
		said, shown []string
		complaint   string
	}{
		"the classic builder": {
			said: []string{
				`{"stream":"Step 1/2 : FROM base"}`,
				`{"stream":"\n"}`,
				`{"stream":" ---> 0123456789ab\n"}`,
				`{"stream":"no such package\nreally\n"}`,
				`{"errorDetail":{"code":1,"message":"The command 'false' returned a non-zero code: 1"},"error":"The command"}`,
				`{"stream":"never seen"}`,
			},
			shown:     []string{"Step 1/2 : FROM base", "---> 0123456789ab", "no such package\nreally"},
			complaint: "The command 'false' returned a non-zero code: 1",
		},
		"BuildKit": {
			said: []string{traced, `{"errorDetail":{"message":"executor failed running [false]: exit code: 1"}}`},
			shown: []string{
				"digest: " + step + "\n[2/2] RUN false\ndigest: " + step + "\n[2/2] RUN false\nerror: exit code: 1\n" +
					"extracting\nno such package\n\nold syntax",
			},
			complaint: "executor failed running [false]: exit code: 1",
		},
		"a trace that can't be read": {
			said:  []string{`{"id":"moby.buildkit.trace","aux":3}`},
			shown: []string{"failed to parse aux message: json: cannot unmarshal number into Go value of type []uint8"},
		},
		"results": {
			said:  []string{`{"aux":{"ID":"sha256:1"}}`, `{"id":"moby.image.id","aux":"unknown"}`, `{"status":"exporting","aux":{"ID":"2"}}`},
			shown: []string{"result sha256:1", `"unknown"`, "exportingresult 2"},
		},
		"a pull and a push": {
			said: []string{
				`{"status":"Downloading","progressDetail":{"current":5,"total":10,"hidecounts":true},"id":"abc"}`,
				`{"status":"Pushed","from":"elsewhere: "}`,
				`{"errorDetail":{"code":401,"message":"unauthorized"}}`,
			},
			shown: []string{
				"Downloading [=========================>                         ]", "elsewhere: Pushed",
			},
			complaint: "authentication is required",
		},
		"a push that ends early": {
			said: []string{`{"errorDetail":{"message":"EOF"}}`},
			complaint: "EOF\n: This error is most likely due to incorrect or mismatched registry credentials. " +
				"Please double check you are using the correct credentials and registry name",
		},
		"an engine that breaks off": {
			said: []string{`{"stream":`}, complaint: "error parsing Docker output: unexpected EOF",
		},
	} {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			shown, err := follow(t, strings.Join(test.said, "\n"))
			if !slices.Equal(shown, test.shown) {
				t.Errorf("expected %q, not %q", test.shown, shown)
			}
			if complaint := complaintOf(err); complaint != test.complaint {
				t.Errorf("expected %q, not %q", test.complaint, complaint)
			}
		})
	}
}

func complaintOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// asTrace is how the engine passes BuildKit's progress on.
func asTrace(t *testing.T, response *control.StatusResponse) string {
	t.Helper()
	encoded, err := proto.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	return `{"id":"moby.buildkit.trace","aux":"` + base64.StdEncoding.EncodeToString(encoded) + `"}`
}

func follow(t *testing.T, said string) ([]string, error) {
	heard := &recorder{}
	err := progress{t.Context(), heard, anImage}.follow(strings.NewReader(said), func(aux json.RawMessage) (string, bool) {
		var result struct{ ID string }
		err := json.Unmarshal(aux, &result)
		return "result " + result.ID, err == nil
	})
	return heard.shown, err
}

type recorder struct {
	silent
	shown []string
}

func (r *recorder) LogStatus(_ context.Context, _ diag.Severity, _ resource.URN, message string) error {
	r.shown = append(r.shown, message)
	return nil
}
