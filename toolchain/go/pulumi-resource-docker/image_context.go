package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	cli "github.com/docker/cli/cli/command/image/build"
	"github.com/moby/go-archive"
	"github.com/moby/patternmatcher/ignorefile"
)

// imageContext is the directory that an image is built from, without the files that its
// .dockerignore names.
type imageContext struct {
	directory  string
	dockerfile string // from the directory; it may lie outside
	ignored    []string
}

func openContext(directory, dockerfile string) (*imageContext, error) {
	ignored, err := readIgnored(directory, dockerfile)
	if err != nil {
		return nil, fmt.Errorf("error reading ignore file: %w", err)
	}
	root, relative, err := cli.GetContextFromLocalDir(directory, dockerfile)
	if err != nil {
		return nil, fmt.Errorf("error resolving context: %w", err)
	}
	if err := cli.ValidateContextDirectory(root, ignored); err != nil {
		return nil, fmt.Errorf("error validating context: %w", err)
	}
	// The engine reads the Dockerfile and the .dockerignore from the context even where they are ignored.
	return &imageContext{root, relative, cli.TrimBuildFilesFromExcludes(ignored, relative, false)}, nil
}

// readIgnored reads the first ignore file that exists: a Dockerfile may have its own.
func readIgnored(directory, dockerfile string) ([]string, error) {
	for _, name := range []string{dockerfile + ".dockerignore", filepath.Join(directory, ".dockerignore")} {
		file, err := os.Open(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %q: %w", name, err)
		}
		defer file.Close()
		patterns, err := ignorefile.ReadAll(file)
		if err != nil {
			return nil, fmt.Errorf("unable to parse %q: %w", name, err)
		}
		return patterns, nil
	}
	return nil, nil
}

// pack is the context as both builders take it, and the name that the Dockerfile has in there.
func (c *imageContext) pack() (io.ReadCloser, string, error) {
	files, err := archive.TarWithOptions(c.directory, &archive.TarOptions{
		ExcludePatterns: c.ignored,
		// Who built the image doesn't belong in it: all its files are root's.
		ChownOpts: &archive.ChownOpts{UID: 0, GID: 0},
	})
	if err != nil || !strings.HasPrefix(c.dockerfile, "../") {
		return files, c.dockerfile, err
	}
	dockerfile, err := os.Open(filepath.Join(c.directory, c.dockerfile))
	if err != nil {
		files.Close()
		return nil, "", err
	}
	return cli.AddDockerfileToBuildContext(dockerfile, files)
}
