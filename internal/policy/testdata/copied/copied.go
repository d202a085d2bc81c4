// Package copied copies what must not be copied, which go vet tells.
package copied

import "github.com/gobaton/async"

func members(tg async.TaskGroup) int { return tg.Limit } // 18
