package local

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Files are those that the command left behind and the caller asked for.
type Files struct {
	Assets  *map[string]*types.AssetOrArchive `pulumi:"assets,optional"`
	Archive *resource.Archive                 `pulumi:"archive,optional"`
}

func (p Process) collectFiles(dir string) (Files, error) {
	var files Files
	if p.AssetPaths != nil {
		found, err := findFiles(dir, *p.AssetPaths)
		if err != nil {
			return Files{}, fmt.Errorf("assetPaths: %w", err)
		}
		assets := map[string]*types.AssetOrArchive{}
		for name, asset := range found {
			assets[name] = &types.AssetOrArchive{Asset: asset}
		}
		files.Assets = &assets
	}
	if p.ArchivePaths != nil {
		found, err := findFiles(dir, *p.ArchivePaths)
		if err != nil {
			return Files{}, fmt.Errorf("archivePaths: %w", err)
		}
		members := map[string]any{}
		for name, asset := range found {
			members[name] = asset
		}
		if files.Archive, err = resource.NewAssetArchive(members); err != nil {
			return Files{}, fmt.Errorf("archivePaths: %w", err)
		}
	}
	return files, nil
}

// findFiles applies the rules in their order: a pattern adds the files it matches, one behind `!`
// takes them away again. Names are relative to dir.
func findFiles(dir string, rules []string) (map[string]*resource.Asset, error) {
	patterns := make([]glob.Glob, len(rules))
	for i, rule := range rules {
		var err error
		if patterns[i], err = glob.Compile(strings.TrimPrefix(rule, "!"), '/'); err != nil {
			return nil, fmt.Errorf("%q: %w", rule, err)
		}
	}
	found := map[string]*resource.Asset{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		wanted := false
		for i, pattern := range patterns {
			if pattern.Match(name) {
				wanted = !strings.HasPrefix(rules[i], "!")
			}
		}
		if !wanted {
			return nil
		}
		found[name], err = resource.NewPathAsset(filepath.Join(dir, name))
		return err
	})
	return found, err
}
