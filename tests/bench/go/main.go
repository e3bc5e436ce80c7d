// peer-go sdk|guregu ENDPOINT OP N WARM     OP: get put query
package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/guregu/dynamo/v2"
)

type Meta struct {
	Fw   string  `dynamodbav:"fw" dynamo:"fw"`
	Rssi int     `dynamodbav:"rssi" dynamo:"rssi"`
	Batt float64 `dynamodbav:"batt" dynamo:"batt"`
}
type Item struct {
	Pk   string    `dynamodbav:"pk" dynamo:"pk,hash"`
	Sk   string    `dynamodbav:"sk" dynamo:"sk,range"`
	Seq  int64     `dynamodbav:"seq" dynamo:"seq"`
	Temp float64   `dynamodbav:"temp" dynamo:"temp"`
	Ok   bool      `dynamodbav:"ok" dynamo:"ok"`
	Note string    `dynamodbav:"note" dynamo:"note"`
	Meta Meta      `dynamodbav:"meta" dynamo:"meta"`
	Vals []float64 `dynamodbav:"vals" dynamo:"vals"`
}

var sample = Item{"device#0001742", "2024-05-17T08:29:02.742Z", 101742, 21.742, true,
	"pump two restarted after brown-out, pressure back to nominal.", Meta{"1.4.2", -67, 3.71}, []float64{12, -7, 1024, 3.5}}

const tbl = "telemetry"

func (i *Item) sum() float64 {
	s := float64(i.Seq) + float64(i.Meta.Rssi)
	for _, v := range i.Vals {
		s += v
	}
	return s
}
func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
func cpu() float64 {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return float64(r.Utime.Sec+r.Stime.Sec)*1e6 + float64(r.Utime.Usec+r.Stime.Usec)
}
func hwm() (k int) {
	b, _ := os.ReadFile("/proc/self/status")
	for _, l := range strings.Split(string(b), "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "VmHWM:" {
			k, _ = strconv.Atoi(f[1])
		}
	}
	return
}
func opts(ep string) dynamodb.Options {
	return dynamodb.Options{Region: "us-east-1", BaseEndpoint: aws.String(ep),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "")}
}
func query(c *dynamodb.Client) []Item {
	o, err := c.Query(context.Background(), &dynamodb.QueryInput{TableName: aws.String(tbl), KeyConditionExpression: aws.String("pk = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: sample.Pk}}})
	must(err)
	var v []Item
	must(attributevalue.UnmarshalListOfMaps(o.Items, &v))
	return v
}
func total(v []Item) (s float64) {
	for i := range v {
		s += v[i].sum()
	}
	return
}

func main() {
	a := os.Args
	n, _ := strconv.Atoi(a[4])
	warm, _ := strconv.Atoi(a[5])
	c := dynamodb.New(opts(a[2]))
	ctx := context.Background()
	var f func() float64
	if a[1] == "sdk" {
		f = map[string]func() float64{
			"get": func() float64 {
				o, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(tbl), Key: map[string]types.AttributeValue{
					"pk": &types.AttributeValueMemberS{Value: sample.Pk}, "sk": &types.AttributeValueMemberS{Value: sample.Sk}}})
				must(err)
				var it Item
				must(attributevalue.UnmarshalMap(o.Item, &it))
				return it.sum()
			},
			"put": func() float64 {
				m, err := attributevalue.MarshalMap(sample)
				must(err)
				_, err = c.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(tbl), Item: m})
				must(err)
				return 1
			},
			"query": func() float64 { return total(query(c)) },
		}[a[3]]
	} else {
		t := dynamo.NewFromIface(c).Table(tbl)
		f = map[string]func() float64{
			"get": func() float64 {
				var it Item
				must(t.Get("pk", sample.Pk).Range("sk", dynamo.Equal, sample.Sk).One(ctx, &it))
				return it.sum()
			},
			"put": func() float64 { must(t.Put(sample).Run(ctx)); return 1 },
			"query": func() float64 {
				var v []Item // one page: RequestLimit stops after a single request
				must(t.Get("pk", sample.Pk).RequestLimit(1).All(ctx, &v))
				return total(v)
			},
		}[a[3]]
	}
	for i := 0; i < warm; i++ {
		f()
	}
	var m0, m1 runtime.MemStats
	runtime.ReadMemStats(&m0)
	var ck float64
	t, u := time.Now(), cpu()
	for i := 0; i < n; i++ {
		ck = f()
	}
	u = cpu() - u
	w := float64(time.Since(t)) / 1e3
	runtime.ReadMemStats(&m1)
	d := float64(n)
	fmt.Printf("RESULT op=%s n=%d cpu_us=%.3f wall_us=%.3f rss_kb=%d check=%.1f allocs=%.1f alloc_bytes=%.0f\n", a[3], n, u/d, w/d, hwm(), ck,
		float64(m1.Mallocs-m0.Mallocs)/d, float64(m1.TotalAlloc-m0.TotalAlloc)/d)
}
