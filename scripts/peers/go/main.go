// Go: timers of the runtime, on one processor. Called as `peer WORK WORKERS REPETITIONS SIZE`; it
// does the work once to warm up and then REPETITIONS times, with a line of JSON for each.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

const (
	timers   = 1_000_000
	spreadNs = 1_000_000_000
	far      = 10 * time.Second
)

type random uint64

func (state *random) below(bound uint64) uint64 {
	*state ^= *state << 13
	*state ^= *state >> 7
	*state ^= *state << 17
	return uint64(*state>>20) % bound
}

func set() []*time.Timer {
	state := random(99)
	all := make([]*time.Timer, 0, timers)
	for i := 0; i < timers; i++ {
		in := far + time.Duration(state.below(spreadNs))
		all = append(all, time.AfterFunc(in, func() {}))
	}
	return all
}

func stop(all []*time.Timer) {
	for _, timer := range all {
		timer.Stop()
	}
}

func insert() time.Duration {
	begin := time.Now()
	all := set()
	taken := time.Since(begin)
	stop(all)
	return taken
}

// A stopped timer is only marked; its processor takes it out of its heap before it runs another
// goroutine. One yield lets the processor do so, so both halves are counted, as with the other
// loops. The collector is off meanwhile: it would run in that yield, too, and be counted.
func cancel() time.Duration {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	all := set()
	begin := time.Now()
	stop(all)
	runtime.Gosched()
	return time.Since(begin)
}

func number(word string) int {
	value, err := strconv.Atoi(word)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return value
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: go WORK WORKERS REPETITIONS SIZE")
		os.Exit(2)
	}
	work, repetitions := os.Args[1], number(os.Args[3])
	runtime.GOMAXPROCS(number(os.Args[2]))
	body, known := map[string]func() time.Duration{
		"timer_insert": insert, "timer_cancel": cancel}[work]
	if !known {
		fmt.Fprintln(os.Stderr, "no such work here:", work)
		os.Exit(2)
	}
	version := strings.TrimPrefix(runtime.Version(), "go")
	body()
	for i := 0; i < repetitions; i++ {
		runtime.GC()
		fmt.Printf("{\"work\":\"%s\",\"version\":\"%s\",\"operations\":%d,\"ns\":%d}\n",
			work, version, timers, body().Nanoseconds())
	}
}
