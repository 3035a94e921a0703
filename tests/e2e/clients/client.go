// An exchange's client in Go: see client.py.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

var id = regexp.MustCompile(`"assessment_id":"([^"]+)"`)
var ended atomic.Bool

func ask(place int, url, key, body string) {
	for number := 1; !ended.Load(); number++ {
		name := fmt.Sprintf("go-%d-%d", place, number)
		fmt.Println(place, name, one(url, key, strings.Replace(body, "WITHDRAWAL", name, 1)))
		time.Sleep(5 * time.Millisecond)
	}
}

func one(url, key, body string) string {
	request, err := http.NewRequest("POST", url, strings.NewReader(body))
	if err != nil {
		return err.Error()
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err.Error()
	}
	found := id.FindSubmatch(text)
	if answer.StatusCode != 200 || found == nil {
		return fmt.Sprint("status ", answer.StatusCode)
	}
	return string(found[1])
}

func main() {
	var all sync.WaitGroup
	for place, url := range os.Args[3:] {
		all.Add(1)
		go func(place int, url string) {
			defer all.Done()
			ask(place, url, os.Args[1], os.Args[2])
		}(place, url)
	}
	io.ReadAll(os.Stdin)
	ended.Store(true)
	all.Wait()
}
