// Package main builds k6 at the version that go.mod pins: `go install` of the module's own path
// needs the web page behind go.k6.io, a build that requires it needs the module proxy only.
package main

import "go.k6.io/k6/v2/cmd"

func main() {
	cmd.Execute()
}
