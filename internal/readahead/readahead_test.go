package readahead_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/internal/readahead"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// filler fills a buffer from a reader, n bytes at a time.
func filler(b *readahead.Buffer, r io.Reader, n int) func() error {
	return func() error {
		f := b.Fill()
		got, err := f.ReadSome(r, n)
		b.Filled(f)
		if got > 0 {
			return nil
		}
		return err
	}
}

func TestLinesAreThoseOfAScanner(t *testing.T) {
	for _, text := range []string{"", "\n", "one", "one\n", "one\ntwo", "one\r\n\r\ntwo\r\n", "a\rb\nc\r"} {
		for _, n := range []int{1, 2, 3, 100} {
			for name, reader := range map[string]func(io.Reader) io.Reader{
				"plain": func(r io.Reader) io.Reader { return r }, "half": iotest.HalfReader, "with the error": iotest.DataErrReader,
			} {
				var want, got []string
				for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
					want = append(want, s.Text())
				}
				var b readahead.Buffer
				fill := filler(&b, reader(strings.NewReader(text)), n)
				for line, err := range readahead.Lines(func() (string, error) { return b.NextLine(fill) }) {
					require.NoError(t, err)
					got = append(got, line)
				}
				if strings.HasSuffix(text, "c\r") { // a Scanner drops that of the last line, too
					got[len(got)-1] = strings.TrimSuffix(got[len(got)-1], "\r")
				}
				require.Equal(t, want, got, "%q, %d bytes at a time, %s", text, n, name)
			}
		}
	}
}

// What is taken, in whatever ways and also while more is read, is what a reader
// gave, in its order.
func TestEachByteIsTakenOnce(t *testing.T) {
	seed := rand.Uint64()
	dice := rand.New(rand.NewPCG(seed, 1))
	text := ""
	for i := range 2000 {
		text += fmt.Sprint(i, strings.Repeat("\n", dice.IntN(2)))
	}
	source, got := strings.NewReader(text), ""
	b := readahead.Of(nil)
	var filling *readahead.Filling
	for len(got) < len(text) {
		switch dice.IntN(5) {
		case 0:
			if filling == nil {
				filling = b.Fill()
			}
		case 1:
			if filling != nil {
				_, _ = filling.ReadSome(source, 1+dice.IntN(50))
				b.Filled(filling)
				filling = nil
			}
		case 2:
			p := make([]byte, dice.IntN(20))
			got += string(p[:b.Read(p)])
		case 3:
			got += string(b.Take(min(b.Len(), dice.IntN(20))))
		case 4:
			if filling == nil {
				all := b.TakeAll()
				got += string(all)
				clear(all[:cap(all)]) // it is ours
			}
		}
	}
	require.Equal(t, text, got, "seed %d", seed)
}

func TestAnErrorIsTheOneOfTheReader(t *testing.T) {
	broken := errors.New("broken")
	reader := io.MultiReader(strings.NewReader("one\ntw"), iotest.ErrReader(broken))
	var b readahead.Buffer
	fill := filler(&b, reader, 100)
	line, err := b.NextLine(fill)
	require.NoError(t, err)
	require.Equal(t, "one", line)
	_, err = b.NextLine(fill)
	require.ErrorIs(t, err, broken)
	require.Equal(t, "tw", string(b.TakeAll()), "nothing was taken")
	require.ErrorIs(t, b.Fill().ReadAll(iotest.ErrReader(broken), 10), broken)
}
