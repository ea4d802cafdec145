package main

import (
	"cmp"
	"io/fs"
	"maps"
	"strings"
	"testing"
)

// What the official plugin 5.2.0 made of the trees below. A stack moves from it to this one only with the same: never bring
// one in line with this code.
var officialDigests = map[string]string{
	"all files":                                   "7c7bf70964e9d82905ce6288cb67318cade44072578958beb5ce13004d9d67a4",
	"another mode":                                "6318b0a5c4625cb5f27b1b32068951907d91f157a4ee13da5fe0d21cf29b99fc",
	"another name":                                "31fa8cf3c12c757440f267858a92d51a6267139ac45be885784156f196dadf3e",
	"another content":                             "89db6de9ced144e9358f7a14c8d6595f3076d54b448577e03017927f6e2276a6",
	"an empty directory":                          "7c7bf70964e9d82905ce6288cb67318cade44072578958beb5ce13004d9d67a4",
	"ignored files":                               "fb238c5f3bdcaecf75682e6fbbcde80e369bf10c5a43c8d971b7014d5522afee",
	"an ignored Dockerfile":                       "9d245a1baff11413b952079d11d49347aeb3381a1f0bb4f6ed931bfe2a0a67d2",
	"a link to a file":                            "0ee8f543678b68ff563aa406cef8c39e32084a26651be26a5f2d495677a238a9",
	"a link to a directory":                       "af65b88d3a7b557f1c464461f233a5b77ad7aaeeb68c83d20260af8a83bbdbb2",
	"a link to a link":                            "f4c80b6f45198f183e4e71aa7f41d21936318a198b9406ee5e626c793bf3747a",
	"a link that leads out":                       "f15a608556c63ed779570c7929da5164ed5bcc82d65bbcf05f03313f7ff87b66",
	"a link that leads nowhere":                   "ca986926816f3fe1448a4f8f237c5d792343ed9a70033977f67bf965ec098950",
	"a change behind a link that leads nowhere":   "ca986926816f3fe1448a4f8f237c5d792343ed9a70033977f67bf965ec098950",
	"a Dockerfile beside it":                      "41a89e7dce7b26d323a2477a28fad3412e601c9e56baf97e084bf8d330f39f7c",
	"a Dockerfile with an ignore file of its own": "e5f0bd7575a8c158af0d490ec63ee3f254e4e961fe42dfb1bb084ddb2036bd51",
	"a Dockerfile of another name in it":          "8953540e34e3432013b8c4dac8c5aa8832737df065f75c32b6148194d6c14b70",
	"a Dockerfile that is a link":                 "7bcafab4311c598c991f0bf362c2868e2bf110e954355b6b7ccc3b7e89696467",
}

func TestContextDigestIsTheOfficialOne(t *testing.T) {
	tree := map[string]file{
		"Dockerfile":              {content: "FROM scratch\nCOPY . /\n"},
		"../elsewhere.Dockerfile": {content: "FROM scratch AS elsewhere\n"},
		"run":                     {content: "#!/bin/sh\n", mode: 0o755},
		"secret":                  {content: "sesame", mode: 0o600},
		"as-root":                 {mode: fs.ModeSetuid | 0o755},
		"etc/app/app.conf":        {content: "a = 1\n"},
		"etc/app/app.log":         {content: "noise\n"},
		"etc/app/kept.log":        {content: "kept\n"},
		"ignored/deep/file":       {content: "never\n"},
		"ignored/exception":       {content: "and yet\n"},
		"with blank and ünïcø":    {content: "\x00\xff"},
		"z":                       {content: "last\n"},
	}
	ignore := file{content: "# a comment\n\n**/*.log\n!**/kept.log\nignored\n!ignored/exception\n"}
	changes := map[string]map[string]file{
		"all files":                   {},
		"another mode":                {"run": {content: "#!/bin/sh\n"}},
		"another name":                {"z": {gone: true}, "y": {content: "last\n"}},
		"another content":             {"z": {content: "least\n"}},
		"an empty directory":          {"empty": {mode: fs.ModeDir}},
		"ignored files":               {".dockerignore": ignore},
		"an ignored Dockerfile":       {".dockerignore": {content: "Dockerfile\n.dockerignore\n"}},
		"a link to a file":            {"link": {link: "etc/app/app.conf"}},
		"a link to a directory":       {"link": {link: "etc"}},
		"a link to a link":            {"link": {link: "hop"}, "hop": {link: "z"}},
		"a link that leads out":       {"link": {link: "../elsewhere.Dockerfile"}},
		"a link that leads nowhere":   {"link": {link: "nowhere"}},
		"a Dockerfile beside it":      {},
		"a Dockerfile that is a link": {"Dockerfile": {link: "../elsewhere.Dockerfile"}},
		"a change behind a link that leads nowhere": {
			"link": {link: "nowhere"}, "z": {content: "least\n"},
		},
		"a Dockerfile with an ignore file of its own": {
			".dockerignore": ignore, "../elsewhere.Dockerfile.dockerignore": {content: "ignored\n"},
		},
		"a Dockerfile of another name in it": {
			"etc/my.Dockerfile": {content: "FROM scratch\n", mode: 0o600},
		},
	}
	dockerfiles := map[string]string{
		"a Dockerfile beside it":                      "elsewhere.Dockerfile",
		"a Dockerfile with an ignore file of its own": "elsewhere.Dockerfile",
		"a Dockerfile of another name in it":          "context/etc/my.Dockerfile",
	}
	for what, official := range officialDigests {
		t.Run(strings.ReplaceAll(what, " ", "-"), func(t *testing.T) {
			changed, known := changes[what]
			if !known {
				t.Fatal("there is no such tree")
			}
			t.Chdir(t.TempDir())
			files := maps.Clone(tree)
			maps.Copy(files, changed)
			writeTree(t, files)
			digest, err := contextDigest("context", cmp.Or(dockerfiles[what], "context/Dockerfile"))
			if err != nil {
				t.Fatal(err)
			}
			if digest != official {
				t.Errorf("the digest is %s, but the official one %s", digest, official)
			}
		})
	}
}
