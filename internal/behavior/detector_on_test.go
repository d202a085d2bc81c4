//go:build race

package behavior_test

// raceDetector says whether the race detector is on.
const raceDetector = true
