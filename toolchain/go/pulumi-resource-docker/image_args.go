package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"

	"github.com/docker/docker/api/types/build"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// imageArgs are the arguments of docker.Image; what isn't known yet (on preview) is left empty.
type imageArgs struct {
	name     string
	skipPush bool
	registry struct{ server, username, password string }

	context    string
	dockerfile string // from where Pulumi runs, as the context is
	target     string
	platform   string
	network    string
	builder    build.BuilderVersion
	addHosts   []string
	args       map[string]*string
}

// readImage applies the defaults to all that goes into the build.
func readImage(inputs resource.PropertyMap) (image imageArgs, err error) {
	image.name = text(inputs["imageName"])
	image.skipPush = flag(inputs["skipPush"])
	registry := object(inputs["registry"])
	image.registry.server = text(registry["server"])
	image.registry.username = text(registry["username"])
	image.registry.password = text(registry["password"])

	options := object(inputs["build"])
	if !options["cacheFrom"].IsNull() {
		return image, errors.New("this stand-in for the docker plugin doesn't know build.cacheFrom: remove it, " +
			"or install the official plugin")
	}
	image.context = text(options["context"])
	if options["context"].IsNull() {
		image.context = "."
	}
	image.dockerfile = text(options["dockerfile"])
	if options["dockerfile"].IsNull() {
		image.dockerfile = path.Join(image.context, "Dockerfile")
	}
	image.target = text(options["target"])
	image.platform = text(options["platform"])
	image.network = text(options["network"])
	if !unknown(options["addHosts"]) {
		for _, host := range options["addHosts"].ArrayValue() {
			image.addHosts = append(image.addHosts, text(host))
		}
	}
	for name, value := range object(options["args"]) {
		if image.args == nil {
			image.args = map[string]*string{}
		}
		text := text(value)
		image.args[string(name)] = &text
	}
	image.builder, err = builderVersion(options["builderVersion"])
	return image, err
}

// builderVersion is BuildKit unless the program says otherwise, whatever the engine is: Podman ignores it.
func builderVersion(value resource.PropertyValue) (build.BuilderVersion, error) {
	if value.IsNull() {
		return build.BuilderBuildKit, nil
	}
	switch text(value) {
	case "BuilderV1":
		return build.BuilderV1, nil
	case "BuilderBuildKit":
		return build.BuilderBuildKit, nil
	}
	return "", errors.New("invalid Docker Builder version")
}

// completeInputs gives the inputs their defaults, and the digest of the context.
func completeInputs(inputs resource.PropertyMap, say func(string)) error {
	inputs["buildOnPreview"] = resource.NewBoolProperty(flag(inputs["buildOnPreview"]))
	if inputs["build"].IsNull() {
		inputs["build"] = resource.NewObjectProperty(resource.PropertyMap{})
	}
	image, err := readImage(inputs)
	if err != nil {
		return err
	}
	if !inputs["build"].IsObject() {
		return nil // not known yet
	}
	options := inputs["build"].ObjectValue()
	if !options["context"].ContainsUnknowns() {
		options["context"] = resource.NewStringProperty(image.context)
	}
	if !options["dockerfile"].ContainsUnknowns() {
		options["dockerfile"] = resource.NewStringProperty(image.dockerfile)
		if err := checkDockerfile(image); err != nil {
			return err
		}
		digest, err := contextDigest(image.context, image.dockerfile)
		if err != nil {
			return err
		}
		options["contextDigest"] = resource.NewStringProperty(digest)
	}
	if options["platform"].IsNull() {
		platform := "linux/" + runtime.GOARCH
		options["platform"] = resource.NewStringProperty(platform)
		say(fmt.Sprintf("Building your image for %s architecture.\n"+
			"To ensure you are building for the correct platform, consider explicitly setting the `platform` field on "+
			"ImageBuildOptions.", platform))
	}
	if !image.skipPush && inputs["imageName"].IsString() {
		_, err = image.registryHost()
	}
	return err
}

// checkDockerfile finds out a Dockerfile that was named from the context, and not from where Pulumi runs.
func checkDockerfile(image imageArgs) error {
	_, err := os.Stat(image.dockerfile)
	if err == nil {
		return nil
	}
	if filepath.IsAbs(image.dockerfile) {
		return fmt.Errorf("expected a relative Dockerfile path; got %q instead: %v", image.dockerfile, err)
	}
	inContext := filepath.Join(image.context, image.dockerfile)
	if _, missing := os.Stat(inContext); missing == nil {
		return fmt.Errorf("could not open dockerfile at relative path %q. Try setting `dockerfile` to %q",
			image.dockerfile, inContext)
	}
	return fmt.Errorf("could not open dockerfile at relative path %q: %v", image.dockerfile, err)
}

// buildsOnPreview says whether the program wants it and enough is known, with a warning where it wants it in vain.
func buildsOnPreview(inputs resource.PropertyMap) (build bool, warning string) {
	if !flag(inputs["buildOnPreview"]) {
		return false, ""
	}
	known := inputs["build"].IsObject() && !inputs["imageName"].ContainsUnknowns()
	for _, needed := range []resource.PropertyKey{"dockerfile", "context", "args"} {
		known = known && !object(inputs["build"])[needed].ContainsUnknowns()
	}
	if !known {
		return false, "Minimum inputs for build are unresolved. Continuing without preview image build. To avoid this warning, " +
			"ensure image name, dockerfile, args, and context are resolved at preview."
	}
	return true, ""
}

// The readers below take a value that isn't known yet for none. One of a wrong type, which TypeScript doesn't let through,
// ends the plugin, as it ends the official one.

func unknown(value resource.PropertyValue) bool { return value.IsNull() || value.ContainsUnknowns() }

func text(value resource.PropertyValue) string {
	if unknown(value) {
		return ""
	}
	return value.StringValue()
}

func flag(value resource.PropertyValue) bool {
	return !unknown(value) && value.BoolValue()
}

// object still has those of its properties that are known.
func object(value resource.PropertyValue) resource.PropertyMap {
	if !value.IsObject() {
		return nil
	}
	return value.ObjectValue()
}
