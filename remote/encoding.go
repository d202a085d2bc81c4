package remote

import (
	"bytes"
	"encoding/gob"
	"errors"
	"reflect"
)

// encode returns v as bytes.
func encode[T any](v T) ([]byte, error) {
	if empty[T]() {
		return nil, nil
	}
	if p := reflect.ValueOf(&v).Elem(); p.Kind() == reflect.Pointer && p.IsNil() {
		return nil, errors.New("a nil pointer") // which would arrive as one to a zero value
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(&v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// decode returns the value that encode made bytes of.
func decode[T any](data []byte) (v T, err error) {
	if empty[T]() {
		return v, nil
	}
	err = gob.NewDecoder(bytes.NewReader(data)).Decode(&v)
	return v, err
}

// empty reports whether T is struct{}, which gob has no use for.
func empty[T any]() bool {
	t := reflect.TypeFor[T]()
	return t.Kind() == reflect.Struct && t.NumField() == 0
}
