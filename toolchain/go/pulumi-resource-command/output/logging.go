package output

// Logging says which of a command's streams are shown while it runs; both are always captured. Another word than these
// shows nothing, as the official plugin has it.
type Logging string

const (
	logStdout Logging = "stdout"
	logStderr Logging = "stderr"
	logBoth   Logging = "stdoutAndStderr"
)

func (l *Logging) stdout() bool { return l == nil || *l == logBoth || *l == logStdout }
func (l *Logging) stderr() bool { return l == nil || *l == logBoth || *l == logStderr }
