package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCommandIsWhatWasTyped(t *testing.T) {
	for want, args := range map[string][]string{
		"go run . -report":                           {"-report", "-root", "/tmp"},
		"go run . -keep -report -run '^(lock|a b)$'": {"-report", "-keep", "-run", "^(lock|a b)$"},
		"go run . -limit 12m0s -rounds 3":            {"-rounds", "3", "-limit", "12m"},
	} {
		opts, err := parse(args)
		require.NoError(t, err)
		require.Equal(t, want, opts.command)
	}
}
