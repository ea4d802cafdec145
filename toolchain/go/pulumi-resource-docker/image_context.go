package main

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	cli "github.com/docker/cli/cli/command/image/build"
	"github.com/moby/buildkit/session"
	"github.com/moby/buildkit/session/filesync"
	"github.com/moby/go-archive"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
	"github.com/tonistiigi/fsutil/types"
)

// Who built the image doesn't belong in it: all its files are root's.
const owner = 0

// imageContext is the directory that an image is built from, without the files that its
// .dockerignore names.
type imageContext struct {
	directory  string
	dockerfile string // from the directory; it may lie outside
	ignored    []string
}

func openContext(directory, dockerfile string) (*imageContext, error) {
	if _, err := os.Stat(dockerfile); err != nil {
		hint := ""
		if inside := filepath.Join(directory, dockerfile); !filepath.IsAbs(dockerfile) && exists(inside) {
			hint = fmt.Sprintf(": it goes by the same directory as the context does, give %q", inside)
		}
		return nil, fmt.Errorf("build.dockerfile %q can't be read (%w)%s", dockerfile, err, hint)
	}
	root, relative, err := cli.GetContextFromLocalDir(directory, dockerfile)
	if err != nil {
		return nil, fmt.Errorf("build.context %q can't be used: %w", directory, err)
	}
	ignored, err := readIgnored(dockerfile+".dockerignore", filepath.Join(root, ".dockerignore"))
	if err != nil {
		return nil, err
	}
	if err := cli.ValidateContextDirectory(root, ignored); err != nil {
		return nil, fmt.Errorf("build.context %q can't be read: %w", directory, err)
	}
	// Both builders read these two from the context even where they are ignored.
	return &imageContext{root, relative, cli.TrimBuildFilesFromExcludes(ignored, relative, false)}, nil
}

// readIgnored reads the first of these ignore files that exists: a Dockerfile may have its own.
func readIgnored(files ...string) ([]string, error) {
	for _, name := range files {
		file, err := os.Open(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		defer file.Close()
		patterns, err := ignorefile.ReadAll(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return patterns, nil
	}
	return nil, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func (c *imageContext) dockerfileOutside() bool {
	return strings.HasPrefix(c.dockerfile, "../")
}

// pack is the context as the classic builder takes it, and the name that the Dockerfile has in there.
func (c *imageContext) pack() (io.ReadCloser, string, error) {
	files, err := c.files()
	if err != nil || !c.dockerfileOutside() {
		return files, c.dockerfile, err
	}
	dockerfile, err := os.Open(filepath.Join(c.directory, c.dockerfile))
	if err != nil {
		files.Close()
		return nil, "", err
	}
	return cli.AddDockerfileToBuildContext(dockerfile, files)
}

// serve is the context as BuildKit takes it: it asks for what it needs, and knows the two
// directories by these names.
func (c *imageContext) serve() (session.Attachable, error) {
	context, err := filtered(c.directory, c.ignored)
	if err != nil {
		return nil, err
	}
	dockerfile, err := filtered(filepath.Dir(filepath.Join(c.directory, c.dockerfile)), nil)
	return filesync.NewFSSyncProvider(filesync.StaticDirSource{"context": context, "dockerfile": dockerfile}), err
}

func filtered(directory string, ignored []string) (fsutil.FS, error) {
	files, err := fsutil.NewFS(directory)
	if err != nil {
		return nil, err
	}
	return fsutil.NewFilterFS(files, &fsutil.FilterOpt{
		ExcludePatterns: ignored,
		Map: func(_ string, file *types.Stat) fsutil.MapResult {
			file.Uid, file.Gid = owner, owner
			return fsutil.MapResultKeep
		},
	})
}

func (c *imageContext) files() (io.ReadCloser, error) {
	return archive.TarWithOptions(c.directory, &archive.TarOptions{
		ExcludePatterns: c.ignored,
		ChownOpts:       &archive.ChownOpts{UID: owner, GID: owner},
	})
}

// digest changes when a name, mode, link or content of the context does, or the Dockerfile; it
// doesn't with times, which a fresh checkout changes too. It reads exactly what is sent.
func (c *imageContext) digest() (string, error) {
	sum := sha256.New()
	if c.dockerfileOutside() {
		text, err := os.ReadFile(filepath.Join(c.directory, c.dockerfile))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%d\n%s\n", len(text), text)
	}
	files, err := c.files()
	if err != nil {
		return "", err
	}
	defer files.Close()
	for archived := tar.NewReader(files); ; {
		header, err := archived.Next()
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
		// Maps are written in the order of their keys, so equal headers give equal lines.
		line, err := json.Marshal([]any{
			header.Name, header.Typeflag, header.Mode, header.Linkname, header.Size,
			header.Devmajor, header.Devminor, attributes(header),
		})
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s\n", line)
		if _, err := io.Copy(sum, archived); err != nil {
			return "", err
		}
	}
}

// attributes are the extended ones, such as file capabilities; the other records are times.
func attributes(header *tar.Header) map[string]string {
	found := map[string]string{}
	for name, value := range header.PAXRecords {
		if strings.HasPrefix(name, "SCHILY.xattr.") {
			found[name] = value
		}
	}
	return found
}
