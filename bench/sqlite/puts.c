/* Durable puts into SQLite, for comparison: WAL, synchronous=FULL, one transaction per put, one connection.
   Writers take turns under a mutex, which is faster for SQLite than letting connections meet at its file lock.
   Usage: puts <database> <writers> <seconds> */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;
static sqlite3_stmt *put;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static double until;
static long total;
static char body[490];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void must(int code) {
    if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
    fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static void *write_until(void *argument) {
    long writer = (long)argument, n;
    for (n = 0; now() < until; n++) {
        char key[33];
        snprintf(key, sizeof key, "%032lx", n % 100 * 1000 + writer);
        pthread_mutex_lock(&turn);
        must(sqlite3_bind_text(put, 1, key, 32, SQLITE_TRANSIENT));
        must(sqlite3_bind_blob(put, 2, body, 489, SQLITE_STATIC));
        must(sqlite3_step(put));
        must(sqlite3_reset(put));
        total++;
        pthread_mutex_unlock(&turn);
    }
    return NULL;
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    long writers = atol(arguments[2]), n;
    double seconds = atof(arguments[3]), start;
    pthread_t *threads = malloc(sizeof(pthread_t) * writers);
    memset(body, 'x', sizeof body);
    must(sqlite3_open(arguments[1], &db));
    must(sqlite3_exec(db, "pragma journal_mode=wal; pragma synchronous=full;"
        "create table if not exists profiles(subject text primary key, body blob) without rowid", NULL, NULL, NULL));
    must(sqlite3_prepare_v2(db, "insert or replace into profiles values(?,?)", -1, &put, NULL));
    start = now();
    until = start + seconds;
    for (n = 0; n < writers; n++) pthread_create(&threads[n], NULL, write_until, (void *)n);
    for (n = 0; n < writers; n++) pthread_join(threads[n], NULL);
    printf("sqlite %s, wal, synchronous=full, %ld writers: %.0f/s\n", sqlite3_libversion(), writers, total / (now() - start));
    must(sqlite3_finalize(put));
    must(sqlite3_close(db));
    return 0;
}
