package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	upstream "github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

const sdk = "../../../node_modules/@pulumi/docker"

// What the SDK sends has to arrive: every argument of every resource of @pulumi/docker has its
// property here, of the same name and the same shape, down to the innermost object.
func TestEveryArgumentOfTheSDKIsKnown(t *testing.T) {
	nested := interfaces(t, "types/input.d.ts")
	info := bridgeInfo(upstream.New(version)())
	for tfName, resource := range info.Resources {
		t.Run(tfName, func(t *testing.T) {
			module := strings.Split(string(resource.Tok), ":")[1]
			class := strings.Split(string(resource.Tok), ":")[2]
			args := interfaces(t, strings.TrimPrefix(module, "index/")+".d.ts")[class+"Args"]
			checkFields(t, nested, args, info.P.ResourcesMap().Get(tfName).Schema(), resource.Fields)
		})
	}
	for tfName, function := range info.DataSources {
		t.Run(tfName, func(t *testing.T) {
			class := strings.Split(string(function.Tok), ":")[2]
			args := interfaces(t, class+".d.ts")[strings.ToUpper(class[:1])+class[1:]+"Args"]
			checkFields(t, nested, args, info.P.DataSourcesMap().Get(tfName).Schema(), function.Fields)
		})
	}
	t.Run("provider", func(t *testing.T) {
		args := interfaces(t, "provider.d.ts")["ProviderArgs"]
		checkFields(t, nested, args, info.P.Schema(), info.Config)
	})
}

func checkFields(
	t *testing.T, nested map[string]map[string]string,
	args map[string]string, fields shim.SchemaMap, infos map[string]*tfbridge.SchemaInfo,
) {
	t.Helper()
	if len(args) == 0 {
		t.Fatal("the SDK's declarations weren't found")
	}
	known := map[string]string{}
	fields.Range(func(tfName string, _ shim.Schema) bool {
		known[tfbridge.TerraformToPulumiNameV2(tfName, fields, infos)] = tfName
		return true
	})
	for arg, declared := range args {
		tfName, ok := known[arg]
		if !ok {
			t.Errorf("%s is not known; known are %v", arg, slices.Sorted(maps.Keys(known)))
			continue
		}
		field, info := fields.Get(tfName), infos[tfName]
		isList := (field.Type() == shim.TypeList || field.Type() == shim.TypeSet) && !tfbridge.IsMaxItemsOne(field, info)
		if isArray := strings.Contains(declared, "[]"); isArray != isList {
			t.Errorf("%s is %s in the SDK, but list is %v here", arg, declared, isList)
		}
		if class := regexp.MustCompile(`inputs\.(\w+)`).FindStringSubmatch(declared); class != nil {
			elem, ok := field.Elem().(shim.Resource)
			if !ok {
				t.Errorf("%s is an object in the SDK, but not here", arg)
				continue
			}
			t.Run(arg, func(t *testing.T) { checkFields(t, nested, nested[class[1]], elem.Schema(), nil) })
		}
	}
}

// interfaces reads the interfaces of one of the SDK's declaration files: name -> field -> type.
func interfaces(t *testing.T, file string) map[string]map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(sdk, file))
	if err != nil {
		t.Skipf("@pulumi/docker isn't installed: %v", err)
	}
	found := map[string]map[string]string{}
	for _, declaration := range regexp.MustCompile(`(?s)interface (\w+) \{\n(.*?)\n\}`).FindAllSubmatch(text, -1) {
		fields := map[string]string{}
		for _, field := range regexp.MustCompile(`(?m)^    (\w+)\??: (.*);$`).FindAllSubmatch(declaration[2], -1) {
			fields[string(field[1])] = string(field[2])
		}
		found[string(declaration[1])] = fields
	}
	return found
}
