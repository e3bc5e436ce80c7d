/* floor ENDPOINT OP N WARM - the physical floor: a fixed, already signed request sent N times over one connection, each answer read to its
 * end by Content-Length. No signing, no parsing, no allocation. The signatures are real, computed beforehand for a fixed date and the
 * Host 127.0.0.1:18000. */
#define _GNU_SOURCE
#include "bench.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define KEY  "\"pk\":{\"S\":\"device#0001742\"},\"sk\":{\"S\":\"2024-05-17T08:29:02.742Z\"}"
#define ITEM KEY ",\"seq\":{\"N\":\"101742\"},\"temp\":{\"N\":\"21.742\"},\"ok\":{\"BOOL\":true}," \
             "\"note\":{\"S\":\"pump two restarted after brown-out, pressure back to nominal.\"}," \
             "\"meta\":{\"M\":{\"fw\":{\"S\":\"1.4.2\"},\"rssi\":{\"N\":\"-67\"},\"batt\":{\"N\":\"3.71\"}}}," \
             "\"vals\":{\"L\":[{\"N\":\"12\"},{\"N\":\"-7\"},{\"N\":\"1024\"},{\"N\":\"3.5\"}]}"

static const struct { const char *op, *target, *signature, *body; } requests[] = {
    { "get", "GetItem", "cc3a95b6be860b144f87ed8ccdac1ff5f20fd5c33b5afcd43e1cedfc5a083b74",
      "{\"TableName\":\"telemetry\",\"Key\":{" KEY "}}" },
    { "put", "PutItem", "bf21d6d1f2d5a4f7a98b11c5fead1c314699df9832b8805a3d56f6a08186d9c5",
      "{\"TableName\":\"telemetry\",\"Item\":{" ITEM "}}" },
    { "query", "Query", "b445570f697dbcd163536ee04f70a6534bf1e52611431f10cb5d1e43f873adfd",
      "{\"TableName\":\"telemetry\",\"KeyConditionExpression\":\"pk = :p\",\"ExpressionAttributeValues\":{\":p\":{\"S\":\"device#0001742\"}}}" },
};
static char in[1 << 17];

/* Sends the request and reads the answer; returns its bytes, or 0. */
static size_t exchange(int fd, const char *request, size_t size)
{
    if (send(fd, request, size, MSG_NOSIGNAL) != (ssize_t)size)
        return 0;
    size_t have = 0, need = 0;
    while (!need) {
        ssize_t k = recv(fd, in + have, sizeof in - 1 - have, 0);
        if (k <= 0)
            return 0;
        have += (size_t)k;
        in[have] = 0;
        char *end = strstr(in, "\r\n\r\n"), *length = end ? strstr(in, "Content-Length:") : NULL;
        if (length)
            need = (size_t)(end + 4 - in) + strtoul(length + 15, NULL, 10);
    }
    while (have < need) {
        ssize_t k = recv(fd, in, sizeof in, 0);
        if (k <= 0)
            return 0;
        have += (size_t)k;
    }
    return need;
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 2;
    int port = atoi(strrchr(argv[1], ':') + 1), one = 1;
    long n = atol(argv[3]), warm = atol(argv[4]);
    size_t which = *argv[2] == 'g' ? 0 : *argv[2] == 'p' ? 1 : 2;
    char request[2048];
    size_t size = (size_t)snprintf(request, sizeof request, "POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Amz-Target: DynamoDB_20120810.%s\r\n"
        "X-Amz-Date: 20240517T083122Z\r\nContent-Type: application/x-amz-json-1.0\r\nAuthorization: AWS4-HMAC-SHA256 "
        "Credential=AKIDEXAMPLE/20240517/us-east-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
        "Signature=%s\r\nContent-Length: %zu\r\n\r\n%s",
        port, requests[which].target, requests[which].signature, strlen(requests[which].body), requests[which].body);

    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&a, sizeof a))
        return perror("connect"), 1;

    double cpu = 0, wall = 0;
    size_t bytes = 0;
    for (long i = -warm; i < n; i++) {
        if (i == 0)
            wall = now_us(), cpu = cpu_us();
        bytes = exchange(fd, request, size);
        if (!bytes)
            return fprintf(stderr, "the connection broke\n"), 1;
    }
    result(argv[2], n, cpu_us() - cpu, now_us() - wall, (double)bytes);
    return 0;
}
