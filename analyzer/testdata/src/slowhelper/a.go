// Package slowhelper has functions that block whoever calls them.
package slowhelper

import (
	"os"
	"time"
)

func Nap() { time.Sleep(time.Second) }

func Load(name string) ([]byte, error) { return os.ReadFile(name) }

func Quick() int { return 1 }
