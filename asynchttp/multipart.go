package asynchttp

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
)

// A Part is a field of a multipart form, such as a file; aiohttp's
// FormData.add_field.
type Part struct {
	Name        string    // of the field
	FileName    string    // of a file; "": the field is a value
	ContentType string    // "": none, or application/octet-stream for a file
	Body        io.Reader // is read while the request is sent
}

// PostMultipart sends a form with parts, which are read off the loop as they
// are sent. Those that can be closed are not. All else is as with [Client.Do].
func (c *Client) PostMultipart(ctx context.Context, url string, parts ...Part) (*Response, error) {
	var frame bytes.Buffer
	form := multipart.NewWriter(&frame)
	var pieces []io.Reader
	cut := func() { // what is around the parts is in memory
		pieces = append(pieces, bytes.NewReader(bytes.Clone(frame.Bytes())))
		frame.Reset()
	}
	for _, p := range parts {
		_, _ = form.CreatePart(p.header()) // a bytes.Buffer takes all
		cut()
		pieces = append(pieces, p.Body)
	}
	_ = form.Close()
	cut()
	return c.Post(ctx, url, form.FormDataContentType(), io.MultiReader(pieces...))
}

func (p *Part) header() textproto.MIMEHeader {
	const none = `; filename=""`
	where, kind := multipart.FileContentDisposition(p.Name, p.FileName), p.ContentType
	if p.FileName == "" {
		where = strings.TrimSuffix(where, none)
	} else {
		kind = cmp.Or(kind, "application/octet-stream")
	}
	header := textproto.MIMEHeader{"Content-Disposition": {where}}
	if kind != "" {
		header.Set("Content-Type", kind)
	}
	return header
}
