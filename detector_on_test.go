//go:build race

package async_test

// raceDetector says whether the race detector is on.
const raceDetector = true
