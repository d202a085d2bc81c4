// Package monitorhttp shows a [monitor.Monitor] in a browser: the tasks of a
// running loop as a tree in which siblings that are alike are one row, what
// each waits for up to what blocks it, what holds the baton, the tasks that
// have ended, histograms and a timeline of the last seconds, as it changes. A
// task is canceled from the page, with a cause.
//
//	m := monitor.Attach(ctx, monitor.Options{})
//	s, err := monitorhttp.Start(m, monitorhttp.Options{})
//	if err != nil {
//		return err
//	}
//	defer s.Close()
//	fmt.Println(s.URL()) // open it in a browser
//
// The page is served by goroutines of its own, so it answers while a step holds
// the baton, and a slow viewer holds nothing up. [New] makes the http.Handler
// alone, for a server that is there already.
//
// # Access
//
// Who can look at a program can see names, places, stacks and the texts of
// errors, and can cancel its tasks. So there is a token: [Server.URL] has it,
// the page keeps it in a cookie, programs send it as "Authorization: Bearer".
// Without it nothing is answered. A request is refused that comes from another
// machine, for a host that is not this one (a name that a foreign page has
// pointed here), or from a page of another origin; [Options.Hosts] allows other
// hosts. A canceling request has to carry the token in a header as well, which
// no form of another page can.
//
// [Options.Socket] is a Unix socket that only the user of the program may open:
// there no token is asked for. The terminal tool attaches to it.
//
// # JSON
//
// Everything that the page shows is there for programs:
//
//	GET  api/snapshot                  a [monitor.Snapshot], all of it
//	GET  api/stats                     its numbers
//	GET  api/view?filter=&group=&sort= a [View]: rows, folded, sorted, at most limit
//	GET  api/task?id=                  a [Detail]: a task, its stack, its way to what blocks it
//	GET  api/ended?filter=&limit=      a [monitor.History]
//	GET  api/live?...                  a view each second, as server-sent events
//	POST api/cancel                    {"id": 7, "cause": "it hangs"}
//
// The queries are those of [Query].
package monitorhttp
