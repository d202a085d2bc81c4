package report

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// A Machine is where a report was measured. What the operating system does not
// tell is empty.
type Machine struct {
	CPU    string  `json:"cpu,omitempty"`
	Cores  int     `json:"cores"`
	Memory int64   `json:"memory,omitempty"` // in bytes
	Kernel string  `json:"kernel,omitempty"`
	Caches []Cache `json:"caches,omitempty"` // of a core, from the smallest
}

// A Cache holds data.
type Cache struct {
	Name string `json:"name"`
	Size int64  `json:"size"` // in bytes
}

// thisMachine asks Linux, under root.
func thisMachine(root string) Machine {
	read := func(name string) string {
		text, _ := os.ReadFile(filepath.Join(root, name)) // another system has none
		return strings.TrimSpace(string(text))
	}
	m := Machine{
		CPU:    entry(read("proc/cpuinfo"), "model name"),
		Cores:  runtime.NumCPU(),
		Memory: bytesOf(entry(read("proc/meminfo"), "MemTotal")),
		Kernel: read("proc/sys/kernel/osrelease"),
	}
	folders, _ := filepath.Glob(filepath.Join(root, "sys/devices/system/cpu/cpu0/cache/index*")) // the pattern is right
	for _, folder := range folders {
		folder, _ := filepath.Rel(root, folder)
		size := bytesOf(read(folder + "/size"))
		if size > 0 && read(folder+"/type") != "Instruction" {
			m.Caches = append(m.Caches, Cache{"L" + read(folder+"/level"), size})
		}
	}
	return m
}

// entry returns the value of the first "name : value" of a text.
func entry(text, name string) string {
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// bytesOf returns what a size like 512K, or 24000000 kB, says; 0 if it is none.
func bytesOf(size string) int64 {
	digits := strings.TrimRight(size, "KMGkB ")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0
	}
	switch unit := strings.TrimSpace(size[len(digits):]); {
	case strings.HasPrefix(strings.ToUpper(unit), "K"):
		return n << 10
	case strings.HasPrefix(unit, "M"):
		return n << 20
	case strings.HasPrefix(unit, "G"):
		return n << 30
	}
	return n
}

// String describes m in a line.
func (m Machine) String() string {
	parts := []string{fmt.Sprintf("%d cores", m.Cores)}
	if m.CPU != "" {
		parts[0] += " of " + m.CPU
	}
	for _, c := range m.Caches {
		parts = append(parts, c.Name+" "+bytesText(c.Size))
	}
	if m.Memory > 0 {
		parts = append(parts, bytesText(m.Memory)+" of memory")
	}
	if m.Kernel != "" {
		parts = append(parts, "kernel "+m.Kernel)
	}
	return strings.Join(parts, ", ")
}

// bytesText shows a size in the largest unit of which it has two or more.
func bytesText(size int64) string {
	units := []string{"B", "KiB", "MiB", "GiB"}
	i := 0
	for ; size >= 2<<10 && i < len(units)-1; i++ {
		size = (size + 1<<9) >> 10
	}
	return fmt.Sprintf("%d %s", size, units[i])
}
