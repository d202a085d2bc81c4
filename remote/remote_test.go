package remote_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/remote"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post carries calls to this very process, as bytes.
type post struct{ lost error }

func (p post) Carry(ctx context.Context, call remote.Call) (answer remote.Reply, err error) {
	if p.lost != nil {
		return answer, p.lost
	}
	var there remote.Call
	if err := copyTo(&there, call); err != nil {
		return answer, err
	}
	return answer, copyTo(&answer, remote.Perform(context.WithoutCancel(withValue(ctx)), there))
}

// copyTo copies v by way of its encoding.
func copyTo(to, v any) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return err
	}
	return gob.NewDecoder(&b).Decode(to)
}

type valueKey struct{}

func withValue(context.Context) context.Context {
	return context.WithValue(context.Background(), valueKey{}, "there")
}

var errOwn = errors.New("an error of its own")

type list struct{ Items []int }

var (
	where = remote.Register("where", func(ctx context.Context, _ struct{}) (string, error) {
		at, _ := ctx.Value(valueKey{}).(string)
		return at, nil
	})
	grow = remote.Register("grow", func(_ context.Context, l list) (list, error) {
		l.Items[0] = 42
		return list{append(l.Items, len(l.Items))}, nil
	})
	fail = remote.Register("fail", func(_ context.Context, how string) (int, error) {
		return 1, map[string]error{"own": errOwn, "canceled": fmt.Errorf("enough: %w", context.Canceled), "late": context.DeadlineExceeded}[how]
	})
	blow   = remote.Register("blow", func(context.Context, struct{}) (int, error) { panic("boom") })
	leave  = remote.Register("leave", func(context.Context, struct{}) (int, error) { runtime.Goexit(); return 0, nil })
	double = remote.Register("double", func(_ context.Context, n int) (int, error) { return 2 * n, nil })
	nested = remote.Register("nested", func(ctx context.Context, n int) (int, error) { return double.Call(ctx, n) })
	any42  = remote.Register("any42", func(context.Context, int) (any, error) { return 42, nil })
	open   = remote.Register("open", func(context.Context, int) (func(), error) { return func() {}, nil })
)

func TestACallWithoutACarrierIsACallLikeAnyOther(t *testing.T) {
	at, err := where.Call(t.Context(), struct{}{})
	require.NoError(t, err)
	require.Empty(t, at)
	given := list{[]int{1}}
	_, err = grow.Call(t.Context(), given)
	require.NoError(t, err)
	require.Equal(t, 42, given.Items[0])
	_, err = fail.Call(t.Context(), "own")
	require.Equal(t, errOwn, err)
	require.PanicsWithValue(t, "boom", func() { _, _ = blow.Call(t.Context(), struct{}{}) })
}

func TestACarrierTakesTheCallElsewhere(t *testing.T) {
	ctx := remote.Via(t.Context(), post{})
	at, err := where.Call(ctx, struct{}{})
	require.NoError(t, err)
	require.Equal(t, "there", at)

	given := list{[]int{1}}
	grown, err := grow.Bind(given)(ctx)
	require.NoError(t, err)
	require.Equal(t, list{[]int{42, 1}}, grown)
	require.Equal(t, 1, given.Items[0], "what is carried is a copy")

	n, err := nested.Call(ctx, 4)
	require.NoError(t, err)
	require.Equal(t, 8, n)

	v, err := any42.Call(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, 42, v)
}

func TestAnErrorKeepsItsTextAndKnownOnesTheirIdentity(t *testing.T) {
	ctx := remote.Via(t.Context(), post{})
	_, err := fail.Call(ctx, "own")
	require.EqualError(t, err, errOwn.Error())
	require.NotErrorIs(t, err, errOwn)
	require.NotErrorIs(t, err, context.Canceled)
	var elsewhere *remote.Error
	require.ErrorAs(t, err, &elsewhere)
	require.Equal(t, "fail", elsewhere.Func)

	_, err = fail.Call(ctx, "canceled")
	require.EqualError(t, err, "enough: context canceled")
	require.ErrorIs(t, err, context.Canceled)
	_, err = fail.Call(ctx, "late")
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestAPanicElsewhereIsAPanicHere(t *testing.T) {
	defer func() {
		p := recover().(*remote.Panic)
		require.Equal(t, "blow", p.Func)
		require.Equal(t, "boom", p.Text)
		require.Contains(t, p.Error(), "remote_test")
	}()
	_, _ = blow.Call(remote.Via(t.Context(), post{}), struct{}{})
	t.Error("it did not panic")
}

func TestAGoexitElsewhereIsAGoexitHere(t *testing.T) {
	var wg sync.WaitGroup
	returned := false
	wg.Go(func() {
		_, _ = leave.Call(remote.Via(context.Background(), post{}), struct{}{})
		returned = true
	})
	wg.Wait()
	require.False(t, returned)
}

func TestACarriersErrorIsTheCalls(t *testing.T) {
	lost := errors.New("lost")
	_, err := double.Call(remote.Via(t.Context(), post{lost}), 1)
	require.Equal(t, lost, err)
}

func TestWhatCannotBeEncodedIsTold(t *testing.T) {
	_, err := open.Call(remote.Via(t.Context(), post{}), 1)
	require.ErrorIs(t, err, remote.ErrEncoding)
	require.ErrorContains(t, err, `the result of "open"`)
}

func TestTheFarEndKnowsItsFunctions(t *testing.T) {
	r := remote.Perform(t.Context(), remote.Call{Func: "unheard of"})
	require.Contains(t, r.Failure.Text, `"unheard of" is registered by the caller only`)
	r = remote.Perform(t.Context(), remote.Call{Func: "double", Types: "func(string) int"})
	require.Contains(t, r.Failure.Text, `"double" is func(string) int for the caller, and func(int) int where it runs`)
	r = remote.Perform(t.Context(), remote.Call{Func: "double", Types: "func(int) int", Args: []byte("junk")})
	require.Contains(t, r.Failure.Text, `the argument of "double"`)
}

func TestEachFunctionHasANameOfItsOwn(t *testing.T) {
	require.Equal(t, "double", double.Name())
	fn := func(context.Context, int) (int, error) { return 0, nil }
	require.PanicsWithValue(t, `remote: Register of a second function "double": give each function its own name`, func() { remote.Register("double", fn) })
	require.PanicsWithValue(t, "remote: Register without a name: give each function its own", func() { remote.Register("", fn) })
}

func TestFunctionsAreCalledFromManyGoroutines(t *testing.T) {
	ctx := remote.Via(t.Context(), post{})
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if n, err := double.Call(ctx, i); err != nil || n != 2*i {
				t.Errorf("double(%d) = %d, %v", i, n, err)
			}
		})
	}
	wg.Wait()
}

// A queue of calls that somebody else works through is a carrier too.
func ExampleCarrier() {
	ctx := remote.Via(context.Background(), post{})
	fmt.Println(double.Call(context.Background(), 21)) // here
	fmt.Println(double.Call(ctx, 21))                  // where the post goes
	// Output:
	// 42 <nil>
	// 42 <nil>
}
