package main

import (
	"fmt"
	"path"
	"runtime"
	"slices"
	"strings"

	"github.com/containerd/platforms"
	"github.com/distribution/reference"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// imageArgs are the arguments of docker.Image; what isn't known yet (on preview) is left empty.
type imageArgs struct {
	name           string
	skipPush       bool
	buildOnPreview bool
	registry       struct{ server, username, password string }

	context    string
	dockerfile string // from where Pulumi runs, as the context is
	target     string
	platform   string
	network    string
	builder    string // BuilderV1, BuilderBuildKit, or empty: the best that the engine has
	addHosts   []string
	args       map[string]*string
}

// checkImage returns all that is wrong with the arguments. If that is nothing, it completes them:
// with their defaults, and with the digest of the context, by which a changed file is seen.
func checkImage(properties resource.PropertyMap) []string {
	if properties["build"].IsNull() {
		properties["build"] = resource.NewObjectProperty(resource.PropertyMap{})
	}
	image, problems := parseImage(properties)
	if len(problems) > 0 || !properties["build"].IsObject() {
		return problems
	}
	build := properties["build"].ObjectValue()
	setDefault(build, "context", ".")
	setDefault(build, "platform", "linux/"+runtime.GOARCH)
	if build["context"].ContainsUnknowns() || build["dockerfile"].ContainsUnknowns() {
		return nil
	}
	image.context = build["context"].StringValue()
	setDefault(build, "dockerfile", path.Join(image.context, "Dockerfile"))
	image.dockerfile = build["dockerfile"].StringValue()
	files, err := openContext(image.context, image.dockerfile)
	if err != nil {
		return []string{err.Error()}
	}
	digest, err := files.digest()
	if err != nil {
		return []string{err.Error()}
	}
	build["contextDigest"] = resource.NewStringProperty(digest)
	return nil
}

func setDefault(properties resource.PropertyMap, key resource.PropertyKey, value string) {
	if properties[key].IsNull() {
		properties[key] = resource.NewStringProperty(value)
	}
}

// parseImage reads the arguments and lists everything in them that this plugin doesn't know or
// can't do: an argument is never silently ignored.
func parseImage(properties resource.PropertyMap) (image imageArgs, problems []string) {
	args := object{"", properties, &problems}
	args.only("imageName", "skipPush", "buildOnPreview", "registry", "build")
	image.name = args.text("imageName")
	image.skipPush = args.flag("skipPush")
	image.buildOnPreview = args.flag("buildOnPreview")

	registry := args.object("registry")
	registry.only("server", "username", "password")
	image.registry.server = registry.text("server")
	image.registry.username = registry.text("username")
	image.registry.password = registry.text("password")

	build := args.object("build")
	// contextDigest is our own, see checkImage.
	build.only("context", "dockerfile", "args", "target", "platform", "network", "addHosts", "builderVersion", "contextDigest")
	image.context = build.text("context")
	image.dockerfile = build.text("dockerfile")
	image.target = build.text("target")
	image.platform = build.text("platform")
	image.network = build.text("network")
	image.builder = build.text("builderVersion")
	image.addHosts = build.texts("addHosts")
	image.args = build.textMap("args")

	return image, append(problems, image.problems(properties)...)
}

// problems are those of well-formed arguments.
func (image imageArgs) problems(properties resource.PropertyMap) (problems []string) {
	refuse := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	if _, ok := properties["imageName"]; !ok {
		refuse("imageName is missing: give a name, such as `web:1`")
	}
	if named, err := reference.ParseNormalizedNamed(image.name); image.name != "" && err != nil {
		refuse("imageName %q is no image name (%v): give [registry/]repository[:tag], in lower case", image.name, err)
	} else if image.name != "" && !reference.IsNameOnly(named) && isDigested(named) {
		refuse("imageName %q has a digest, which only the build can tell: give [registry/]repository[:tag]", image.name)
	} else if image.name != "" && !image.skipPush && !strings.HasPrefix(image.name, reference.Domain(named)+"/") {
		refuse("imageName %q doesn't say which registry to push to: give skipPush: true to keep the image on the engine, "+
			"or a name with its registry, such as %q", image.name, named.String())
	}
	if known := []string{"", "BuilderV1", "BuilderBuildKit"}; !slices.Contains(known, image.builder) {
		refuse("build.builderVersion %q is not known: give BuilderV1 or BuilderBuildKit, or leave it out", image.builder)
	}
	if _, err := platforms.Parse(image.platform); image.platform != "" && err != nil {
		refuse("build.platform %q is not one platform (%v): give os/architecture, such as linux/amd64", image.platform, err)
	}
	if registry := image.registry; !properties.ContainsUnknowns() && (registry.username == "") != (registry.password == "") {
		refuse("registry.username and registry.password belong together: give both, or none to use Docker's own log-in")
	}
	return problems
}

func isDigested(named reference.Named) bool {
	_, ok := named.(reference.Digested)
	return ok
}
