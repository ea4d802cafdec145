package output

import "strings"

// Streams are what a command wrote, without the last newline of each.
type Streams struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Variables are how a later command of the same resource sees them. A map, because ssh sets
// variables one by one.
func (s Streams) Variables() map[string]string {
	variables := map[string]string{}
	if s.Stdout != "" {
		variables["PULUMI_COMMAND_STDOUT"] = s.Stdout
	}
	if s.Stderr != "" {
		variables["PULUMI_COMMAND_STDERR"] = s.Stderr
	}
	return variables
}

// tailLines are enough for a compiler's or a service's complaint, and still fit on a screen.
const tailLines = 20

// Tail is the end of what the command had to say, for an error message: of stderr, or of stdout
// where it said nothing there.
func (s Streams) Tail() string {
	text := s.Stderr
	if strings.TrimSpace(text) == "" {
		text = s.Stdout
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > tailLines {
		lines = append([]string{"…"}, lines[len(lines)-tailLines:]...)
	}
	return strings.Join(lines, "\n")
}
