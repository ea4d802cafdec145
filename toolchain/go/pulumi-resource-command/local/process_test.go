package local

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pulumi-centos-systemd/toolchain/pulumi-resource-command/output"
)

// The official plugin 1.2.1 treats a command's output in the same way.

var silent = output.Logging("none")

func TestOutputIsStatusAndState(t *testing.T) {
	longest := strings.Repeat("0", bufio.MaxScanTokenSize-1)
	for what, test := range map[string]struct {
		command string
		logging *output.Logging
		shown   []string
		streams output.Streams
	}{
		"line by line, an unfinished last one too": {
			command: `printf 'one\n\n  two  \nthree'`,
			shown:   []string{"one", "", "  two  ", "three"},
			streams: output.Streams{Stdout: "one\n\n  two  \nthree"},
		},
		"without one last newline": {
			command: `printf 'one\n\n'`, shown: []string{"one", ""}, streams: output.Streams{Stdout: "one\n"},
		},
		"of both streams": {
			command: "echo complaint >&2", shown: []string{"complaint"}, streams: output.Streams{Stderr: "complaint"},
		},
		"in lines of almost 64 KiB": {
			command: "echo " + longest + "; echo more",
			shown:   []string{longest, "more"},
			streams: output.Streams{Stdout: longest + "\nmore"},
		},
		"in the state only": {
			command: "echo longer than " + longest,
			logging: &silent,
			streams: output.Streams{Stdout: "longer than " + longest},
		},
	} {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			log := listen(t)
			streams, err := Process{Logging: test.logging}.run(t.Context(), test.command, output.Streams{})
			if err != nil {
				t.Fatal(err)
			}
			if streams != test.streams {
				t.Errorf("expected %.99q in the state, not %.99q", test.streams, streams)
			}
			if !slices.Equal(log.status, test.shown) {
				t.Errorf("expected %.99q as status, not %.99q", test.shown, log.status)
			}
		})
	}
}

func TestAFailureHasTheCommandAndAllItsOutput(t *testing.T) {
	for command, complaint := range map[string]string{
		// Two streams: only time puts what comes from them in an order.
		"echo one; sleep 0.2\necho two >&2; sleep 0.2; echo three; exit 3": "exit status 3: running \"echo one; sleep 0.2\\necho two >&2; sleep 0.2; " +
			"echo three; exit 3\":\none\ntwo\nthree\n",
		"kill -9 $$": "signal: killed: running \"kill -9 $$\":\n",
	} {
		_, err := Process{}.run(t.Context(), command, output.Streams{})
		if err == nil || err.Error() != complaint {
			t.Errorf("expected %q, not %q", complaint, err)
		}
	}
	nowhere, missing := "/nowhere", []string{"no-such-interpreter"}
	for complaint, process := range map[string]Process{
		"chdir /nowhere: no such file or directory: running \"true\":\n":                         {Dir: &nowhere},
		"exec: \"no-such-interpreter\": executable file not found in $PATH: running \"true\":\n": {Interpreter: &missing},
	} {
		if _, err := process.run(t.Context(), "true", output.Streams{}); err == nil || err.Error() != complaint {
			t.Errorf("expected %q, not %q", complaint, err)
		}
	}
}

// It hangs as the official plugin does. A caller has to fold its lines: this test is what keeps that honest.
func TestALineOf64KiBHangs(t *testing.T) {
	for what, line := range map[string]string{
		"a line":         "printf %0" + strconv.Itoa(bufio.MaxScanTokenSize) + "d 0",
		"a progress bar": `i=0; while [ $i -lt 8000 ]; do printf "progress\r"; i=$((i + 1)); done`,
	} {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			listen(t)
			pidFile := filepath.Join(t.TempDir(), "pid")
			// What it writes then is more than a pipe holds, so that it waits too.
			command := "echo $$ >" + pidFile + "; " + line + "; printf '\\n%01000000d' 0"
			ctx, end := context.WithCancel(t.Context())
			defer end()
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_, _ = Process{}.run(ctx, command, output.Streams{})
			}()
			select {
			case <-ended:
				t.Fatal("it ended")
			case <-time.After(3 * time.Second):
			}
			// Not even Ctrl-C helps: it ends the command, but not what waits for the rest of its output.
			end()
			untilGone(t, pidFile)
			select {
			case <-ended:
				t.Fatal("it ended with its command")
			case <-time.After(time.Second):
			}
		})
	}
}

// untilGone waits for the end of a process.
func untilGone(t *testing.T, pidFile string) {
	t.Helper()
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH); {
		if time.Now().After(deadline) {
			t.Fatal("the command is still there")
		}
		time.Sleep(10 * time.Millisecond)
	}
}
