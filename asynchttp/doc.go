// Package asynchttp has HTTP as awaits, on top of net/http: a [Client] whose
// calls and bodies are awaited, and a [Handler] that answers each request in a
// task of a loop, so that handlers share plain state without a mutex.
//
//	var client asynchttp.Client
//	defer client.Close()
//	page, err := client.GetBytes(ctx, "https://example.com")
//
//	handler := &asynchttp.Handler{Portals: []*async.Portal{loop.Portal()}, Serve: hello}
//	err = asynchttp.Serve(ctx, &http.Server{Handler: handler}, listener, time.Minute)
//
// What is known of net/http holds here, too: requests, transports, cookie jars,
// routers and middlewares are its own.
//
// # Which one
//
//	to get a page, or JSON, and be done     Client.GetBytes, Client.GetJSON, Client.PostJSON
//	to see status and headers, or stream    Client.Get, Client.Do, and Response's methods
//	to send files, or a body bit by bit     Client.PostMultipart, Upload
//	to answer in a task                     Handler, with ResponseWriter and Request
//	to serve until a cancellation, drained  Serve
//	server-sent events                      ResponseWriter.SendEvent, Response.Events
//
// # Time
//
// There is no limit of time but the caller's: use async.WithTimeout. A request
// that may have run at the server is never sent a second time.
package asynchttp
