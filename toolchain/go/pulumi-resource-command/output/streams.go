package output

// Streams are what a command wrote, without the last newline of each.
type Streams struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Variables are how a later command of the same resource sees them. A map, because ssh sets variables one by one.
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
