package output

import "fmt"

// Logging says which of a command's streams are shown while it runs; both are always captured.
type Logging string

const (
	LogStdout Logging = "stdout"
	LogStderr Logging = "stderr"
	LogBoth   Logging = "stdoutAndStderr"
	LogNone   Logging = "none"
)

// Check refuses a word that is none of the four.
func (l *Logging) Check() error {
	if l == nil {
		return nil
	}
	switch *l {
	case LogStdout, LogStderr, LogBoth, LogNone:
		return nil
	}
	return fmt.Errorf("%q is not allowed: use %q, %q, %q or %q", *l, LogBoth, LogStdout, LogStderr, LogNone)
}

func (l *Logging) stdout() bool { return l == nil || *l == LogBoth || *l == LogStdout }
func (l *Logging) stderr() bool { return l == nil || *l == LogBoth || *l == LogStderr }
