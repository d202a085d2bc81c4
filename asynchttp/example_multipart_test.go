package asynchttp_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// A form with a value and a file, which is read while it is sent.
func ExampleClient_PostMultipart() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("report")
		if err != nil {
			return
		}
		defer file.Close()
		fmt.Fprintf(w, "%s sends %s of %d bytes", r.FormValue("user"), header.Filename, header.Size)
	}))
	defer server.Close()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		var client asynchttp.Client
		defer client.Close()
		response, err := client.PostMultipart(ctx, server.URL,
			asynchttp.Part{Name: "user", Body: strings.NewReader("Ada")},
			asynchttp.Part{Name: "report", FileName: "numbers.txt", Body: strings.NewReader("1 2 3")})
		if err != nil {
			return err
		}
		defer response.Close()
		text, err := response.ReadAll(ctx)
		fmt.Printf("%s\n", text)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Ada sends numbers.txt of 5 bytes
}
