// Command nolimits is called `runc-nolimits` or `crun-nolimits`, and runs that runtime on a container without resource limits.
// A cgroup v2 hierarchy has no controllers where the machine uses those as v1: runc then fails for want of files like
// cpu.weight, and containerd 2.1 can't be told any more to leave them alone.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	fmt.Fprintln(os.Stderr, run(os.Args))
	os.Exit(1)
}

func run(args []string) error {
	// It would only change limits.
	if slices.Contains(args, "update") {
		os.Exit(0)
	}
	if i := slices.Index(args, "--bundle"); i >= 0 && i+1 < len(args) {
		if err := withoutLimits(filepath.Join(args[i+1], "config.json")); err != nil {
			return err
		}
	}
	runtime, err := exec.LookPath(strings.TrimSuffix(filepath.Base(args[0]), "-nolimits"))
	if err != nil {
		return err
	}
	return syscall.Exec(runtime, append([]string{runtime}, args[1:]...), os.Environ())
}

func withoutLimits(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var spec map[string]any
	if err := json.Unmarshal(text, &spec); err != nil {
		return err
	}
	if linux, ok := spec["linux"].(map[string]any); ok {
		if resources, ok := linux["resources"].(map[string]any); ok {
			for _, kind := range []string{"cpu", "memory", "pids", "hugepageLimits", "blockIO", "unified"} {
				delete(resources, kind)
			}
		}
	}
	if text, err = json.Marshal(spec); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}
