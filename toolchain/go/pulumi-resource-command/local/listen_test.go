package local

import (
	"context"
	"log/slog"
	"testing"
)

// log is what the plugin would say to Pulumi: without a Pulumi it says it to slog.
type log struct {
	status []string
	other  []string
}

func listen(t *testing.T) *log {
	heard := &log{}
	before := slog.Default()
	slog.SetDefault(slog.New(handler{log: heard}))
	t.Cleanup(func() { slog.SetDefault(before) })
	return heard
}

type handler struct {
	log      *log
	isStatus bool
}

func (handler) Enabled(context.Context, slog.Level) bool { return true }
func (h handler) WithGroup(string) slog.Handler          { return h }

func (h handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	for _, attribute := range attributes {
		h.isStatus = h.isStatus || attribute.Equal(slog.String("kind", "status"))
	}
	return h
}

func (h handler) Handle(_ context.Context, record slog.Record) error {
	if h.isStatus && record.Level == slog.LevelInfo {
		h.log.status = append(h.log.status, record.Message)
	} else {
		h.log.other = append(h.log.other, record.Message)
	}
	return nil
}
