package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tonistiigi/fsutil"
)

// contextDigest changes when a name, mode, link or content of the context does, or the Dockerfile; it doesn't with times and
// owners, which a fresh checkout changes too. To the byte it is what the official plugin keeps in the state: with another
// digest a stack that moves from one to the other shows its image as changed.
func contextDigest(directory, dockerfile string) (string, error) {
	ignored, err := readIgnored(directory, dockerfile)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	// What the Dockerfile is called and which mode it has doesn't matter to a build. One that lies in the context, and isn't
	// ignored, comes once more below.
	if err := addFile(sum, dockerfile, "Dockerfile", 0); err != nil {
		return "", fmt.Errorf("error hashing dockerfile %q: %w", dockerfile, err)
	}
	options := &fsutil.FilterOpt{ExcludePatterns: ignored}
	err = fsutil.Walk(context.Background(), directory, options, func(name string, file fs.FileInfo, err error) error {
		if err != nil || file.IsDir() {
			return err
		}
		if err := addFile(sum, filepath.Join(directory, name), name, file.Mode()); err != nil {
			return fmt.Errorf("error while hashing %q: %w", name, err)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("unable to hash build context: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// addFile adds a file's name, its mode as `ls` writes it, a digest of its own, and a zero byte.
func addFile(sum hash.Hash, file, name string, mode fs.FileMode) error {
	content := sha256.New()
	switch {
	case mode.IsRegular():
		opened, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("could not open file %s: %w", file, err)
		}
		defer opened.Close()
		if _, err := io.Copy(content, opened); err != nil {
			return fmt.Errorf("could not copy file %s to hash: %w", file, err)
		}
	case mode.Type() == fs.ModeSymlink:
		// Where a link leads in the end, by its path from where Pulumi runs. One that leads nowhere ends the walk, as fsutil
		// takes the error for that of a file that has just gone: the official plugin doesn't see it, nor what comes after it.
		target, err := filepath.EvalSymlinks(file)
		if err != nil {
			return fmt.Errorf("could not evaluate symlink at %s: %w", file, err)
		}
		io.Copy(content, strings.NewReader(filepath.ToSlash(target)))
	}
	fmt.Fprintf(sum, "%s%s%s\x00", filepath.ToSlash(filepath.Clean(name)), mode, content.Sum(nil))
	return nil
}
