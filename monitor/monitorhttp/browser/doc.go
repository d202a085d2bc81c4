// Package browser tests the page of package monitorhttp in a real, headless
// Chromium. It is a module of its own for what drives the browser, and has
// nothing but tests.
package browser
