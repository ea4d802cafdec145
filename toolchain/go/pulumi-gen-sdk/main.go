// Writes the SDK of a package in one language, as `pulumi package gen-sdk` does by way of that language's official host:
//
//	pulumi-gen-sdk <schema.json> <python|nodejs|go> <directory>
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	gogen "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// What the files say made them.
const tool = "pulumi-gen-sdk"

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: %s <schema.json> <python|nodejs|go> <directory>", tool))
	}
	if err := generate(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func generate(schemaFile, language, directory string) error {
	pkg, err := read(schemaFile)
	if err != nil {
		return err
	}
	files, err := sdk(pkg, language)
	if err != nil {
		return err
	}
	for name, content := range files {
		file := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// The schema, held to the rules of Pulumi as the registry holds it.
func read(file string) (*schema.Package, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var spec schema.PackageSpec
	if err := json.Unmarshal(text, &spec); err != nil {
		return nil, err
	}
	pkg, problems, err := schema.BindSpec(spec, none{}, schema.ValidationOptions{})
	if err != nil {
		return nil, err
	}
	if problems.HasErrors() {
		return nil, problems
	}
	// As Pulumi's own command has it: the SDK is a module of its own.
	pkg.SupportPack = true
	return pkg, nil
}

func sdk(pkg *schema.Package, language string) (map[string][]byte, error) {
	switch language {
	case "python":
		return python.GeneratePackage(tool, pkg, nil, none{})
	case "nodejs":
		return nodejs.GeneratePackage(tool, pkg, nil, nil, true, none{})
	case "go":
		return gogen.GeneratePackage(tool, pkg, nil)
	}
	return nil, fmt.Errorf("%q: allowed: python, nodejs, go", language)
}

// The package refers to no other one.
type none struct{ schema.ReferenceLoader }
