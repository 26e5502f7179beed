// One gRPC call as a test describes it, by grpc-go. The description and the answer: ../README.md.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	_ "google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type description struct {
	Address            string            `json:"address"`
	Method             string            `json:"method"`
	Messages           []string          `json:"messages"`
	Metadata           map[string]string `json:"metadata"`
	MetadataBin        map[string]string `json:"metadata_bin"`
	Streams            int               `json:"streams"`
	HalfClose          bool              `json:"half_close"`
	Hold               bool              `json:"hold"`
	Gzip               bool              `json:"gzip"`
	CancelAfterMs      int64             `json:"cancel_after_ms"`
	CancelAfterAnswers int               `json:"cancel_after_answers"`
	DeadlineMs         int64             `json:"deadline_ms"`
	KeepaliveMs        int64             `json:"keepalive_ms"`
}

type outcome struct {
	Status  int      `json:"status"`
	Message string   `json:"message"`
	Answers []string `json:"answers"`
}

// Bytes as they are.
type rawCodec struct{}

func (rawCodec) Name() string                      { return "proto" }
func (rawCodec) Marshal(value any) ([]byte, error) { return *value.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, value any) error {
	*value.(*[]byte) = append([]byte{}, data...)
	return nil
}

type stream struct {
	call   grpc.ClientStream
	failed error
	cancel context.CancelFunc
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func connect(described description) *grpc.ClientConn {
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(rawCodec{})),
	}
	if described.Gzip {
		options = append(options, grpc.WithDefaultCallOptions(grpc.UseCompressor("gzip")))
	}
	if described.KeepaliveMs > 0 {
		options = append(options, grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: time.Duration(described.KeepaliveMs) * time.Millisecond, PermitWithoutStream: true}))
	}
	connection, err := grpc.NewClient("passthrough:///"+described.Address, options...)
	must(err)
	return connection
}

func callContext(described description) (context.Context, context.CancelFunc) {
	pairs := metadata.New(described.Metadata)
	for name, value := range described.MetadataBin {
		decoded, err := hex.DecodeString(value)
		must(err)
		pairs.Set(name, string(decoded))
	}
	ctx := metadata.NewOutgoingContext(context.Background(), pairs)
	if described.DeadlineMs > 0 {
		return context.WithTimeout(ctx, time.Duration(described.DeadlineMs)*time.Millisecond)
	}
	return context.WithCancel(ctx)
}

func start(connection *grpc.ClientConn, described description) *stream {
	ctx, cancel := callContext(described)
	shape := &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}
	call, err := connection.NewStream(ctx, shape, described.Method)
	started := &stream{call: call, failed: err, cancel: cancel}
	if err != nil {
		return started
	}
	if described.CancelAfterMs > 0 {
		time.AfterFunc(time.Duration(described.CancelAfterMs)*time.Millisecond, cancel)
	}
	go func() {
		for _, file := range described.Messages {
			message, err := os.ReadFile(file)
			must(err)
			if call.SendMsg(&message) != nil {
				return // RecvMsg says why.
			}
		}
		if described.HalfClose {
			_ = call.CloseSend()
		}
	}()
	return started
}

func (s *stream) outcome(cancelAfter int) outcome {
	answers := []string{}
	err := s.failed
	for err == nil {
		var answer []byte
		if err = s.call.RecvMsg(&answer); err == nil {
			answers = append(answers, hex.EncodeToString(answer))
			if len(answers) == cancelAfter {
				s.cancel()
			}
		}
	}
	if err == io.EOF {
		return outcome{Answers: answers}
	}
	told := status.Convert(err)
	return outcome{Status: int(told.Code()), Message: told.Message(), Answers: answers}
}

func obey(streams []*stream) {
	word, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	for _, one := range streams {
		if strings.HasPrefix(word, "cancel") {
			one.cancel()
		} else {
			_ = one.call.CloseSend()
		}
	}
}

func main() {
	var described description
	must(json.Unmarshal([]byte(os.Args[1]), &described))
	connection := connect(described)
	starting := make([]chan *stream, described.Streams)
	for i := range starting {
		starting[i] = make(chan *stream, 1)
		go func() { starting[i] <- start(connection, described) }()
	}
	if described.Hold {
		go func() {
			streams := make([]*stream, 0, described.Streams)
			for _, one := range starting {
				started := <-one
				one <- started
				streams = append(streams, started)
			}
			obey(streams)
		}()
	}
	told := make(chan outcome)
	for _, one := range starting {
		go func() {
			started := <-one
			one <- started
			told <- started.outcome(described.CancelAfterAnswers)
		}()
	}
	outcomes := []outcome{}
	for range starting {
		outcomes = append(outcomes, <-told)
	}
	must(json.NewEncoder(os.Stdout).Encode(outcomes))
}
