// Command pulumi-resource-kubernetes is Pulumi's own Kubernetes provider, built from its Go module: its main package needs
// files that only a release's build generates, and is these few lines. They are embedded here as the module has them;
// toolchain/kubernetes.mjs copies them.
package main

import (
	_ "embed"
	"encoding/json"
	"log"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// version is set by the linker, to that of the npm package this answers to.
var version = "0.0.0"

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

func main() {
	provider.Serve("kubernetes", version, withVersion(schema), terraformMapping)
}

// withVersion says the plugin's version in the schema, as the release's own generate.go does.
func withVersion(schema []byte) []byte {
	var spec map[string]json.RawMessage
	if err := json.Unmarshal(schema, &spec); err != nil {
		log.Fatal(err)
	}
	spec["version"], _ = json.Marshal(version)
	text, err := json.Marshal(spec)
	if err != nil {
		log.Fatal(err)
	}
	return text
}
