/* A model provider that answers at once: the fixed far end of every benchmark.
 *
 *   mock PORT [DELTAS] [PACE_MS]
 *
 * Speaks Messages (/v1/messages) and Chat Completions (/v1/chat/completions) on loopback, about 1 KB an answer, or,
 * when the body asks for "stream": true, DELTAS text events (60), PACE_MS milliseconds apart (0: as fast as the socket takes them).
 * A body that holds "mock:break" gets half a
 * stream and a closed connection. One thread and epoll, so that it takes next to nothing from what is being measured.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 4096 };

typedef struct {
    char *in;
    size_t in_len, in_cap;
    const char *out; /* what is left to send of the current answer */
    size_t out_len;
    int is_chat, next_event; /* next event of a stream, -1 when none runs */
    int breaks;              /* hang up half-way through the stream */
    double due;
} Conn;

static Conn conns[MAX_FDS];
static int deltas = 60, pace_ms = 0, poller;

typedef struct { char *data; size_t len; } Text;
static Text json_answer[2], stream_head, stream_event[2][512];
static int stream_events[2];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static Text text(const char *s) { return (Text){strdup(s), strlen(s)}; }

static void add_event(int chat, const char *payload, const char *name) {
    char event[2048], chunk[2200];
    int n = name ? snprintf(event, sizeof event, "event: %s\ndata: %s\n\n", name, payload)
                 : snprintf(event, sizeof event, "data: %s\n\n", payload);
    snprintf(chunk, sizeof chunk, "%x\r\n%s\r\n", n, event);
    stream_event[chat][stream_events[chat]++] = text(chunk);
}

static void build_streams(void) {
    char payload[1024];
    add_event(0, "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\","
                 "\"model\":\"bench-1\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,"
                 "\"usage\":{\"input_tokens\":200,\"output_tokens\":1}}}", "message_start");
    add_event(0, "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}", "content_block_start");
    for (int i = 0; i < deltas; i++) {
        snprintf(payload, sizeof payload, "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"word%d of it \"}}", i);
        add_event(0, payload, "content_block_delta");
    }
    add_event(0, "{\"type\":\"content_block_stop\",\"index\":0}", "content_block_stop");
    add_event(0, "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":60}}", "message_delta");
    add_event(0, "{\"type\":\"message_stop\"}", "message_stop");
    for (int i = 0; i < deltas; i++) {
        snprintf(payload, sizeof payload, "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench-1\","
                 "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word%d of it \"},\"finish_reason\":null}]}", i);
        add_event(1, payload, NULL);
    }
    add_event(1, "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"bench-1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}", NULL);
    add_event(1, "[DONE]", NULL);
    stream_head = text("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n");
    for (int chat = 0; chat < 2; chat++) {
        stream_event[chat][stream_events[chat]++] = text("0\r\n\r\n");
    }
}

static void build_answers(void) {
    char words[900] = "", body[2048], answer[2300];
    while (strlen(words) < 800) strcat(words, "the quick brown fox is at ease ");
    for (int chat = 0; chat < 2; chat++) {
        snprintf(body, sizeof body, chat
            ? "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"bench-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":200,\"completion_tokens\":60,\"total_tokens\":260}}"
            : "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"bench-1\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":200,\"output_tokens\":60}}", words);
        snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s", strlen(body), body);
        json_answer[chat] = text(answer);
    }
}

static void watch(int fd, int writing) {
    struct epoll_event e = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_MOD, fd, &e);
}

static void hang_up(int fd) {
    free(conns[fd].in);
    memset(&conns[fd], 0, sizeof(Conn));
    conns[fd].next_event = -1;
    close(fd);
}

static int push(int fd) {
    Conn *c = &conns[fd];
    while (c->out_len) {
        ssize_t n = write(fd, c->out, c->out_len);
        if (n < 0 && errno == EAGAIN) { watch(fd, 1); return 0; }
        if (n <= 0) { hang_up(fd); return -1; }
        c->out += n;
        c->out_len -= n;
    }
    watch(fd, 0);
    return 0;
}

static int half_way(Conn *c) { return c->breaks && c->next_event >= stream_events[c->is_chat] / 2; }

static void load_next_event(Conn *c) {
    Text e = stream_event[c->is_chat][c->next_event++];
    c->out = e.data, c->out_len = e.len, c->due += pace_ms / 1e3;
    if (c->next_event == stream_events[c->is_chat]) c->next_event = -1;
}

/* Sends what is due, one write an event as a provider would, until the socket is full. */
static int send_all(int fd) {
    Conn *c = &conns[fd];
    while (!push(fd)) {
        if (c->out_len || c->next_event < 0 || pace_ms) return 0;
        if (half_way(c)) { hang_up(fd); return -1; }
        load_next_event(c);
    }
    return -1;
}

static int answer(int fd, const char *head, const char *body, size_t body_len) {
    Conn *c = &conns[fd];
    int chat = memmem(head, body - head, "chat/completions", 16) != NULL;
    int streamed = memmem(body, body_len, "\"stream\":true", 13) || memmem(body, body_len, "\"stream\": true", 14);
    Text t = streamed ? stream_head : json_answer[chat];
    c->out = t.data, c->out_len = t.len;
    if (streamed) c->is_chat = chat, c->next_event = 0, c->due = now(), c->breaks = memmem(body, body_len, "mock:break", 10) != NULL;
    return pace_ms ? push(fd) : send_all(fd);
}

/* Answers every whole request in the buffer; returns -1 once the connection is gone. */
static int serve(int fd) {
    Conn *c = &conns[fd];
    for (;;) {
        char *end = c->in_len ? memmem(c->in, c->in_len, "\r\n\r\n", 4) : NULL;
        if (!end) return 0;
        size_t head_len = end - c->in + 4, body_len = 0;
        *end = 0;
        char *field = strcasestr(c->in, "\r\ncontent-length:");
        if (field) body_len = strtoul(field + 17, NULL, 10);
        else if (strcasestr(c->in, "\r\ntransfer-encoding: chunked")) {
            *end = '\r';
            char *last = memmem(c->in, c->in_len, "\r\n0\r\n\r\n", 7);
            if (!last) return 0;
            body_len = last + 7 - (c->in + head_len);
        }
        *end = '\r';
        if (c->in_len < head_len + body_len) return 0;
        if (answer(fd, c->in, c->in + head_len, body_len)) return -1;
        memmove(c->in, c->in + head_len + body_len, c->in_len - head_len - body_len);
        c->in_len -= head_len + body_len;
    }
}

static void receive(int fd) {
    Conn *c = &conns[fd];
    for (;;) {
        if (c->in_cap - c->in_len < 65536) c->in = realloc(c->in, c->in_cap = c->in_cap * 2 + 131072);
        ssize_t n = read(fd, c->in + c->in_len, c->in_cap - c->in_len);
        if (n > 0) { c->in_len += n; continue; }
        if (n == 0 || errno != EAGAIN) { hang_up(fd); return; }
        break;
    }
    serve(fd);
}

static int step_paced(void) {
    double t = now(), soonest = t + 1;
    for (int fd = 0; fd < MAX_FDS; fd++) {
        Conn *c = &conns[fd];
        if (c->next_event < 0 || !c->in) continue;
        if (c->due <= t && !c->out_len) {
            load_next_event(c);
            if (push(fd)) continue;
        }
        if (c->next_event >= 0 && c->due < soonest) soonest = c->due;
    }
    double wait = (soonest - now()) * 1e3;
    return wait < 0 ? 0 : (int)wait + 1;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2) { fprintf(stderr, "usage: mock PORT [DELTAS] [PACE_MS]\n"); return 2; }
    if (argc > 2) deltas = atoi(argv[2]);
    if (argc > 3) pace_ms = atoi(argv[3]);
    if (deltas < 1 || deltas > 500) { fprintf(stderr, "DELTAS is 1 to 500\n"); return 2; }
    for (int i = 0; i < MAX_FDS; i++) conns[i].next_event = -1;
    build_answers();
    build_streams();
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 1024)) { perror("bind"); return 1; }
    poller = epoll_create1(0);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
    for (;;) {
        int n = epoll_wait(poller, events, 256, pace_ms ? step_paced() : -1);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int client;
                while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    if (client >= MAX_FDS) { close(client); continue; }
                    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
                    struct epoll_event c = {.events = EPOLLIN, .data.fd = client};
                    epoll_ctl(poller, EPOLL_CTL_ADD, client, &c);
                }
                continue;
            }
            if (events[i].events & EPOLLOUT && send_all(fd)) continue;
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(fd);
        }
    }
}
