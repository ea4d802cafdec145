package main

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// file is one of a test's build context; a regular one of mode 0644 unless it says otherwise.
type file struct {
	content string
	mode    fs.FileMode
	link    string
	gone    bool
}

// writeTree makes the files below `context` of the working directory. Modes are set, not left to the umask.
func writeTree(t *testing.T, files map[string]file) {
	t.Helper()
	for name, file := range files {
		if file.gone {
			continue
		}
		name = filepath.Join("context", name)
		err := os.MkdirAll(filepath.Dir(name), 0o755)
		switch {
		case err != nil:
		case file.link != "":
			err = os.Symlink(file.link, name)
		case file.mode.IsDir():
			err = os.Mkdir(name, 0o755)
		default:
			if err = os.WriteFile(name, []byte(file.content), 0o600); err == nil {
				err = os.Chmod(name, cmp.Or(file.mode, 0o644))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
