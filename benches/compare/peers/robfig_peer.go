// Reminders as a Go user would write them: robfig/cron 3.0.1 (Debian's package) and net/http, one
// job each.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/robfig/cron"
)

func main() {
	webhook := os.Args[1]
	count, _ := strconv.Atoi(os.Args[2])
	due, _ := strconv.ParseInt(os.Args[3], 10, 64)
	at := time.Unix(due, 0).UTC()
	when := fmt.Sprintf("%d %d %d * * *", at.Second(), at.Minute(), at.Hour())
	client := &http.Client{Timeout: 30 * time.Second}
	scheduler := cron.New(cron.WithSeconds(), cron.WithLocation(time.UTC))
	for number := 0; number < count; number++ {
		number := number
		scheduler.AddFunc(when, func() {
			body := []byte(fmt.Sprintf(`{"msgtype":"text","text":{"content":"reminder %d"}}`, number))
			response, err := client.Post(webhook+strconv.Itoa(number), "application/json", bytes.NewReader(body))
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return
			}
			io.Copy(io.Discard, response.Body)
			response.Body.Close()
		})
	}
	scheduler.Start()
	fmt.Println("ready")
	select {}
}
