package asynchttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// Pages are fetched at once, five at a time, and come in the order of the
// addresses.
func ExampleClient() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "the page %s", r.URL.Path)
	}))
	defer server.Close()
	paths := []string{"/a", "/b", "/c"}
	err := async.Run(context.Background(), func(ctx context.Context) error {
		var client asynchttp.Client
		defer client.Close()
		pages, err := async.Map(ctx, 5, paths, func(ctx context.Context, path string) ([]byte, error) {
			return client.GetBytes(ctx, server.URL+path)
		})
		for _, page := range pages {
			fmt.Printf("%s\n", page)
		}
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// the page /a
	// the page /b
	// the page /c
}
