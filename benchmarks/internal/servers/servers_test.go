package servers_test

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/benchmarks/internal/servers"
)

func TestMain(m *testing.M) {
	servers.ServeIfAsked()
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent(), goleak.Cleanup(func(code int) { // gnet's pool has goroutines from the beginning
		servers.Remove()
		os.Exit(code)
	}))
}

func TestServersSendBackWhatTheyAreSent(t *testing.T) {
	for _, s := range slices.Concat(servers.All, servers.Lines) {
		t.Run(s.Name, func(t *testing.T) {
			p, err := s.Start(1024)
			if err != nil && s.Wants != "" {
				t.Skip(err)
			}
			require.NoError(t, err)
			defer p.Stop()
			c, err := net.Dial("tcp", p.Addr)
			require.NoError(t, err)
			defer c.Close()
			if s.TLS {
				c = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
			}
			for _, text := range []string{strings.Repeat("x", 1023) + "\n", "short\n"} {
				_, err = io.WriteString(c, text)
				require.NoError(t, err)
				back := make([]byte, len(text))
				_, err = io.ReadFull(c, back)
				require.NoError(t, err)
				require.Equal(t, text, string(back))
				require.NoError(t, p.Collect())
				require.NotZero(t, p.Resident())
			}
		})
	}
}
