/* Clients that never wait to think: the near end of every benchmark.
 *
 *   load PORT PATH BODY_FILE CONNECTIONS SECONDS [HEADER …]
 *
 * Keeps CONNECTIONS requests in flight over keep-alive connections on loopback. Every run of ten '@' in the body is
 * replaced by a number that never repeats, so that no proxy can answer from a cache. An answer is whole at its content
 * length, or at the last chunk. Prints one JSON object: answers, errors, seconds, and in milliseconds the time to the
 * first byte of the body and to the last byte (p50, p99).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 4096, MAX_SAMPLES = 4000000 };

typedef struct {
    int open, ok;
    size_t sent, got, head_len;
    long length; /* content length, -1 for chunked */
    char head[16384], tail[8];
    char *request;
    double began, first;
} Conn;

static Conn conns[MAX_FDS];
static struct sockaddr_in target;
static int poller;
static char *request_template;
static size_t request_len, marks[64], n_marks;
static float *first_ms, *whole_ms;
static size_t answers, errors;
static unsigned long serial;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void build_request(int argc, char **argv) {
    FILE *f = fopen(argv[3], "rb");
    if (!f) { perror(argv[3]); exit(2); }
    fseek(f, 0, SEEK_END);
    long body_len = ftell(f);
    rewind(f);
    request_template = malloc(body_len + 65536);
    size_t n = sprintf(request_template, "POST %s HTTP/1.1\r\nhost: 127.0.0.1:%s\r\ncontent-type: application/json\r\ncontent-length: %ld\r\n", argv[2], argv[1], body_len);
    for (int i = 6; i < argc; i++) n += sprintf(request_template + n, "%s\r\n", argv[i]);
    n += sprintf(request_template + n, "\r\n");
    if (fread(request_template + n, 1, body_len, f) != (size_t)body_len) exit(2);
    fclose(f);
    request_len = n + body_len;
    for (size_t i = n; i + 10 <= request_len && n_marks < 64; i++)
        if (!memcmp(request_template + i, "@@@@@@@@@@", 10)) marks[n_marks++] = i, i += 9;
}

static void fill_request(Conn *c) {
    char digits[16];
    if (!c->request) c->request = malloc(request_len), memcpy(c->request, request_template, request_len);
    snprintf(digits, sizeof digits, "%010lu", ++serial);
    for (size_t i = 0; i < n_marks; i++) memcpy(c->request + marks[i], digits, 10);
}

static void connect_one(void);

static void drop(int fd) {
    Conn *c = &conns[fd];
    char *kept = c->request;
    close(fd);
    memset(c, 0, offsetof(Conn, head));
    c->request = kept;
    errors++;
    connect_one();
}

static void push(int fd) {
    Conn *c = &conns[fd];
    while (c->sent < request_len) {
        ssize_t n = write(fd, c->request + c->sent, request_len - c->sent);
        if (n < 0 && errno == EAGAIN) {
            struct epoll_event e = {.events = EPOLLIN | EPOLLOUT, .data.fd = fd};
            epoll_ctl(poller, EPOLL_CTL_MOD, fd, &e);
            return;
        }
        if (n <= 0) { drop(fd); return; }
        c->sent += n;
    }
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_MOD, fd, &e);
}

static void begin(int fd) {
    Conn *c = &conns[fd];
    fill_request(c);
    c->sent = c->got = c->head_len = 0;
    c->first = 0;
    memset(c->tail, 0, sizeof c->tail);
    c->began = now();
    push(fd);
}

static void connect_one(void) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    if (fd < 0 || fd >= MAX_FDS || connect(fd, (void *)&target, sizeof target)) { perror("connect"); exit(1); }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    fcntl(fd, F_SETFL, O_NONBLOCK);
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e);
    conns[fd].open = 1;
    begin(fd);
}

static void finish(int fd) {
    Conn *c = &conns[fd];
    double t = now();
    if (!c->ok) errors++;
    else if (answers < MAX_SAMPLES) {
        first_ms[answers] = (c->first - c->began) * 1e3;
        whole_ms[answers++] = (t - c->began) * 1e3;
    }
    if (strcasestr(c->head, "\r\nconnection: close")) { errors--; drop(fd); return; }
    begin(fd);
}

static void receive(int fd) {
    static char buffer[262144];
    Conn *c = &conns[fd];
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) { drop(fd); return; }
    size_t body_new = n;
    if (!c->head_len) {
        size_t take = (size_t)n < sizeof c->head - 1 - c->got ? (size_t)n : sizeof c->head - 1 - c->got;
        memcpy(c->head + c->got, buffer, take);
        c->head[c->got + take] = 0;
        char *end = strstr(c->head, "\r\n\r\n");
        if (!end) { c->got += take; return; }
        c->head_len = end - c->head + 4;
        char *field = strcasestr(c->head, "\r\ncontent-length:");
        c->length = field && field < end ? atol(field + 17) : -1;
        c->ok = !strncmp(c->head + 9, "200", 3);
        body_new = c->got + n - c->head_len;
        c->got = 0;
    }
    if (body_new && !c->first) c->first = now();
    c->got += body_new;
    if (c->length >= 0) {
        if (c->got >= (size_t)c->length) finish(fd);
        return;
    }
    size_t k = n < 7 ? n : 7;
    memmove(c->tail, c->tail + k, 7 - k);
    memcpy(c->tail + 7 - k, buffer + n - k, k);
    if (!memcmp(c->tail, "\r\n0\r\n\r\n", 7)) finish(fd);
}

static int by_size(const void *a, const void *b) { return (*(float *)a > *(float *)b) - (*(float *)a < *(float *)b); }

static float at(float *sorted, double share) { return answers ? sorted[(size_t)(share * (answers - 1))] : 0; }

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    if (argc < 6) { fprintf(stderr, "usage: load PORT PATH BODY_FILE CONNECTIONS SECONDS [HEADER ...]\n"); return 2; }
    build_request(argc, argv);
    first_ms = malloc(MAX_SAMPLES * sizeof(float)), whole_ms = malloc(MAX_SAMPLES * sizeof(float));
    target = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    poller = epoll_create1(0);
    double began = now(), until = began + atof(argv[5]);
    for (int i = 0; i < atoi(argv[4]); i++) connect_one();
    struct epoll_event events[512];
    while (now() < until) {
        int n = epoll_wait(poller, events, 512, 50);
        for (int i = 0; i < n; i++) {
            if (events[i].events & EPOLLOUT) push(events[i].data.fd);
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(events[i].data.fd);
        }
    }
    double took = now() - began;
    qsort(first_ms, answers, sizeof(float), by_size);
    qsort(whole_ms, answers, sizeof(float), by_size);
    printf("{\"answers\": %zu, \"errors\": %zu, \"seconds\": %.3f, \"per_second\": %.1f, \"first_p50_ms\": %.3f, \"first_p99_ms\": %.3f, \"p50_ms\": %.3f, \"p99_ms\": %.3f}\n",
           answers, errors, took, answers / took, at(first_ms, .5), at(first_ms, .99), at(whole_ms, .5), at(whole_ms, .99));
    return 0;
}
