"""Numbers of system calls: ``name:x86_64:aarch64``, the last left out where it has no such call.

Source: ``asm/unistd_64.h`` and ``asm-generic/unistd.h`` of Linux.
"""

from __future__ import annotations

from collections.abc import Mapping

ALWAYS = """
read:0:63 write:1:64 readv:19:65 writev:20:66 pread64:17:67 pwrite64:18:68 preadv:295:69
pwritev:296:70 preadv2:327:286 pwritev2:328:287 lseek:8:62 close:3:57 close_range:436:436
dup:32:23 dup2:33: dup3:292:24 pipe:22: pipe2:293:59 fsync:74:82 fdatasync:75:83 flock:73:32
ftruncate:77:46 fallocate:285:47 sendfile:40:71 copy_file_range:326:285 fadvise64:221:223
getdents64:217:61 getcwd:79:17 chdir:80:49 fchdir:81:50 stat:4: lstat:6: fstat:5:80
newfstatat:262:79 statx:332:291 statfs:137:43 fstatfs:138:44 access:21: faccessat:269:48
faccessat2:439:439 readlink:89: readlinkat:267:78 umask:95:166 mkdir:83: mkdirat:258:34 rmdir:84:
unlink:87: unlinkat:263:35 rename:82: renameat:264:38 renameat2:316:276 link:86: linkat:265:37
poll:7: ppoll:271:73 select:23: pselect6:270:72 epoll_create:213: epoll_create1:291:20
epoll_ctl:233:21 epoll_wait:232: epoll_pwait:281:22 epoll_pwait2:441:441 eventfd:284:
eventfd2:290:19 timerfd_create:283:85 timerfd_settime:286:86 timerfd_gettime:287:87 signalfd:282:
signalfd4:289:74 brk:12:214 mmap:9:222 munmap:11:215 mremap:25:216 mprotect:10:226 madvise:28:233
msync:26:227 membarrier:324:283 futex:202:98 set_robust_list:273:99 set_tid_address:218:96
rseq:334:293 arch_prctl:158: sched_yield:24:124 sched_getaffinity:204:123 getcpu:309:168
rt_sigaction:13:134 rt_sigprocmask:14:135 rt_sigreturn:15:139 rt_sigpending:127:136
rt_sigtimedwait:128:137 rt_sigsuspend:130:133 sigaltstack:131:132 restart_syscall:219:128
pause:34: alarm:37: getitimer:36:102 setitimer:38:103 nanosleep:35:101 clock_nanosleep:230:115
clock_gettime:228:113 clock_getres:229:114 gettimeofday:96:169 time:201: times:100:153
getpid:39:172 getppid:110:173 gettid:186:178 getuid:102:174 geteuid:107:175 getgid:104:176
getegid:108:177 getresuid:118:148 getresgid:120:150 getgroups:115:158 getpgrp:111:
getpgid:121:155 getsid:124:156 getrusage:98:165 getrlimit:97:163 uname:63:160 sysinfo:99:179
getrandom:318:278 exit:60:93 exit_group:231:94 wait4:61:260 waitid:247:95
"""
"""What Python needs to compute, to use files where it may, and to run threads."""

GUARDED = """
open:2: openat:257:56 fcntl:72:25 ioctl:16:29 prctl:157:167 prlimit64:302:261 clone:56:220
kill:62:129 tgkill:234:131 socket:41:198 socketpair:53:199 connect:42:203 seccomp:317:277
"""
"""What depends on how it is called, or on what was granted."""

NETWORK = """
sendto:44:206 recvfrom:45:207 sendmsg:46:211 recvmsg:47:212 sendmmsg:307:269 recvmmsg:299:243
shutdown:48:210 getsockname:51:204 getpeername:52:205 setsockopt:54:208 getsockopt:55:209
"""
"""What is done with a socket; nothing that waits for others to connect."""

PROGRAMS = "fork:57: vfork:58: execve:59:221"

ATTRIBUTES = "chmod:90: fchmod:91:52 fchmodat:268:53 utime:132: utimes:235: utimensat:280:88"
"""What changes files wherever they are, for Landlock does not know it yet. It is answered as done,
for programs that set the rights or the time of what they have just written end otherwise."""

LABELS = "listxattr:194:11 llistxattr:195:12 flistxattr:196:13"
"""Where no file has any, as on many file systems, none is copied."""

NEWER = 424
"""From here on numbers are the same everywhere, and libraries do without the calls."""

MACHINES = ("x86_64", "aarch64")


def numbers(table: str, machine: str) -> Mapping[str, int]:
    """Return the calls of a table that a processor has."""
    column = 1 + MACHINES.index(machine)
    rows = [each.split(":") for each in table.split()]
    return {row[0]: int(row[column]) for row in rows if row[column]}
