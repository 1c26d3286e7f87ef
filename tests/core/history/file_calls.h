// SPDX-License-Identifier: Apache-2.0
// The seam below LMDB: liblmdb calls open, pwrite, writev, fdatasync and the like by name, and a program's definitions of these win over
// libc's. file_calls.cpp defines them; calls for the files of a watched disk go there, all others straight on to libc.
// Any thread; a lock is taken only while some disk is watched.
#pragma once

#include <sys/types.h>

#include <cstddef>

namespace parley::history::test {

class FaultyDisk;

// From the constructor and the destructor of a disk.
void watch(FaultyDisk& disk);
void unwatch(FaultyDisk& disk);

// libc's own.
int real_open(const char* path, int flags, mode_t mode);
ssize_t real_pwrite(int fd, const void* bytes, size_t size, off_t at);
int real_rename(const char* from, const char* to);
int real_unlink(const char* path);

}  // namespace parley::history::test
