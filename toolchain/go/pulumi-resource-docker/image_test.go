package main

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/diag"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// The official plugin 5.2.0 answers all of this in the same way, so that a stack moves between the two without a change.

type (
	values = map[string]any
	kinds  = map[string]rpc.PropertyDiff_Kind
)

func TestCheckCompletesTheInputs(t *testing.T) {
	t.Chdir(t.TempDir())
	writeTree(t, map[string]file{"Dockerfile": {content: "FROM scratch\n"}, "sub/other": {content: "FROM scratch\n"}})
	const digest = "29000bea9047ce603c8df93745c3bf0a4ef4827a498cb71beaab9d127d41eae9"
	unknown := resource.MakeComputed(resource.NewStringProperty(""))
	platform := "linux/" + runtime.GOARCH
	for what, test := range map[string]struct {
		given, completed values // of `build`
	}{
		"their defaults": {
			values{"context": "context"},
			values{"context": "context", "dockerfile": "context/Dockerfile", "contextDigest": digest, "platform": platform},
		},
		"what is given stays": {
			values{"context": "./context/", "dockerfile": "context/./Dockerfile", "platform": "linux/s390x", "target": "last"},
			values{
				"context": "./context/", "dockerfile": "context/./Dockerfile", "platform": "linux/s390x", "target": "last",
				"contextDigest": digest,
			},
		},
		"a digest of the program's own doesn't": {
			values{"context": "context", "contextDigest": "mine", "platform": platform},
			values{"context": "context", "dockerfile": "context/Dockerfile", "contextDigest": digest, "platform": platform},
		},
		"no digest before the Dockerfile is known": {
			values{"context": "context", "dockerfile": unknown},
			values{"context": "context", "dockerfile": unknown, "platform": platform},
		},
		"nothing is known": {nil, nil},
	} {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			given := values{"imageName": "web", "skipPush": true, "build": unknown}
			expected := values{"imageName": "web", "skipPush": true, "buildOnPreview": false, "build": unknown}
			if test.given != nil {
				given["build"], expected["build"] = test.given, test.completed
			}
			completed, err := check(t, given)
			if err != nil {
				t.Fatal(err)
			}
			if difference := asProperties(expected).Diff(completed); difference != nil {
				t.Errorf("expected %v, not %v", asProperties(expected), completed)
			}
		})
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeTree(t, map[string]file{"Dockerfile": {content: "FROM scratch\n"}})
	for complaint, given := range map[string]values{
		`could not open dockerfile at relative path "nowhere": stat nowhere: no such file or directory`: {
			"build": values{"context": "context", "dockerfile": "nowhere"},
		},
		"could not open dockerfile at relative path \"Dockerfile\". Try setting `dockerfile` to \"context/Dockerfile\"": {
			"build": values{"context": "context", "dockerfile": "Dockerfile"},
		},
		`expected a relative Dockerfile path; got "/nowhere" instead: stat /nowhere: no such file or directory`: {
			"build": values{"context": "context", "dockerfile": "/nowhere"},
		},
		"invalid Docker Builder version": {"build": values{"context": "context", "builderVersion": "V3"}},
		"\"web\": repository name must be canonical.\nThis resource requires all image names to be fully qualified.\n" +
			"For example, if you are attempting to push to Dockerhub, prefix your image name with `docker.io`:\n\n" +
			"`docker.io/repository/image:tag`": {"build": values{"context": "context"}, "skipPush": false},
	} {
		inputs := values{"imageName": "web", "skipPush": true}
		maps.Copy(inputs, given)
		if _, err := check(t, inputs); err == nil || err.Error() != complaint {
			t.Errorf("%v: expected %q, not %q", given, complaint, err)
		}
	}
}

func TestDiffComparesWithTheInputsInTheState(t *testing.T) {
	login := func(server, password string) values { return values{"server": server, "password": password} }
	kept := values{
		"imageName": "web", "skipPush": true, "buildOnPreview": false, "registry": login("a", "x"),
		"build": values{"context": "context", "contextDigest": "1"},
	}
	for what, test := range map[string]struct {
		changes  values // nil removes
		expected kinds
	}{
		"nothing":           {},
		"another password":  {changes: values{"registry": login("a", "y")}},
		"another server":    {values{"registry": login("b", "y")}, kinds{"registry": rpc.PropertyDiff_UPDATE}},
		"no registry":       {values{"registry": nil}, kinds{"registry": rpc.PropertyDiff_DELETE}},
		"another digest":    {values{"build": values{"context": "context", "contextDigest": "2"}}, kinds{"build": rpc.PropertyDiff_UPDATE}},
		"building earlier":  {values{"buildOnPreview": true}, kinds{"buildOnPreview": rpc.PropertyDiff_UPDATE}},
		"an unknown input":  {values{"memory": 3}, kinds{"memory": rpc.PropertyDiff_ADD}},
		"another imageName": {values{"imageName": "db"}, kinds{"imageName": rpc.PropertyDiff_UPDATE}},
	} {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			news := maps.Clone(kept)
			maps.Copy(news, test.changes)
			found := diff(t, values{"imageName": "web", "repoDigest": "sha256:1", "__inputs": kept}, news)
			if !maps.Equal(found, test.expected) {
				t.Errorf("expected %v, not %v", test.expected, found)
			}
		})
	}
	t.Run("a-state-without-inputs", func(t *testing.T) {
		found := diff(t, values{"imageName": "web", "repoDigest": "sha256:1"}, kept)
		if !slices.Equal(slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(kept))) {
			t.Errorf("expected all inputs as new, not %v", found)
		}
	})
}

func check(t *testing.T, inputs values) (resource.PropertyMap, error) {
	t.Helper()
	response, err := newImages().Check(t.Context(), &rpc.CheckRequest{Urn: anImage, News: asStruct(t, inputs)})
	if err != nil {
		return nil, err
	}
	if len(response.Failures) > 0 {
		t.Errorf("the official plugin has no failures beside errors: %v", response.Failures)
	}
	completed, err := unmarshal(response.Inputs)
	return completed, err
}

func diff(t *testing.T, state, inputs values) kinds {
	t.Helper()
	request := &rpc.DiffRequest{Urn: anImage, Olds: asStruct(t, state), News: asStruct(t, inputs)}
	response, err := newImages().Diff(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	var found kinds
	for key, change := range response.DetailedDiff {
		if found == nil {
			found = kinds{}
		}
		found[key] = change.Kind
	}
	if changes := response.Changes == rpc.DiffResponse_DIFF_SOME; changes != (found != nil) || len(response.Replaces) > 0 {
		t.Errorf("%v doesn't go with %v, %v", response.Changes, found, response.Replaces)
	}
	return found
}

const anImage = "urn:pulumi:dev::test::docker:index/image:Image::image"

func asProperties(from values) resource.PropertyMap { return resource.NewPropertyMapFromMap(from) }

func asStruct(t *testing.T, from values) *structpb.Struct {
	t.Helper()
	marshalled, err := marshal(asProperties(from))
	if err != nil {
		t.Fatal(err)
	}
	return marshalled
}

func newImages() *images { return &images{host: silent{}} }

type silent struct{}

func (silent) Log(context.Context, diag.Severity, resource.URN, string) error       { return nil }
func (silent) LogStatus(context.Context, diag.Severity, resource.URN, string) error { return nil }
