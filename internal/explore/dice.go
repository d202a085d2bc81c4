package explore

import (
	"math/bits"
	"math/rand/v2"
)

// dice are random numbers that are the same for a seed on every machine, which
// those of rand.Rand are not: they differ with the size of an int.
type dice struct{ pcg *rand.PCG }

// newDice returns the dice of a seed. Each use has its own number, so that the
// uses do not disturb each other.
func newDice(seed, use uint64) dice { return dice{rand.NewPCG(seed, use)} }

// split returns dice of their own, which those that d yields set.
func (d dice) split() dice { return newDice(d.pcg.Uint64(), d.pcg.Uint64()) }

// n returns a number from 0 to k-1.
func (d dice) n(k int) int {
	n, _ := bits.Mul64(d.pcg.Uint64(), uint64(k))
	return int(n)
}

// once returns true once in k times.
func (d dice) once(k int) bool { return d.n(k) == 0 }
